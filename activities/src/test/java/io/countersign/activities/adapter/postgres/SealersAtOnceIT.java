package io.countersign.activities.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import io.countersign.record.EvidenceLine;
import io.countersign.record.EvidenceLine.Listed;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.record.EvidenceLine.Stage;
import io.countersign.record.ReleaseSeal;
import io.countersign.record.Stampable;
import io.countersign.release.ReleaseId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two workers that write the same lines at the same moment (I12). An index of the test's own,
 * between the index of places and the index of keys, holds the first one where PostgreSQL has
 * entered its line into one of them and not into the other. {@code ON CONFLICT} alone looks at the
 * index that it names; what a second one waits for in the other index ends as a violation.
 */
class SealersAtOnceIT implements RecordFixture {
  private static final int DOOR = 5_005;

  private static PostgresSettings owner;
  private static PostgresDatabase first;
  private static PostgresDatabase second;

  @BeforeAll
  static void open() {
    owner = TestPostgres.migratedDatabase();
    TestPostgres.execute(
        owner,
        "CREATE FUNCTION through_the_door(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$"
            + " BEGIN PERFORM pg_advisory_xact_lock_shared("
            + DOOR
            + "); RETURN $1; END $$;"
            + " ALTER TABLE evidence_line DROP CONSTRAINT evidence_line_once;"
            + " CREATE INDEX door ON evidence_line (countersign.through_the_door(key));"
            + " ALTER TABLE evidence_line ADD CONSTRAINT evidence_line_once PRIMARY KEY"
            + " (release, key)");
    first = new PostgresDatabase(TestPostgres.as(owner, "countersign_worker"));
    second = new PostgresDatabase(TestPostgres.as(owner, "countersign_worker"));
  }

  @AfterAll
  static void close() {
    first.close();
    second.close();
  }

  @Override
  public ReleaseRecord record() {
    return new PostgresReleaseRecord(first);
  }

  @Test
  void theSecondWriterOfASealFindsTheLinesOfTheFirst() throws Exception {
    ReleaseSeal seal = sealed();
    List<EvidenceLine> lines =
        List.of(line(seal, Stage.RECORD, record(seal)), line(seal, Stage.ENTRY, "entry/1/gate"));
    List<Boolean> stored =
        atOnce(
            () -> store(first).write(seal, lines, List.of()),
            () -> store(second).write(seal, lines, List.of()));
    assertThat(stored).containsExactlyInAnyOrder(true, false);
    assertThat(store(first).list(seal.release(), null, 10))
        .extracting(Listed::key)
        .containsExactly(record(seal), "entry/1/gate");
    assertThat(store(first).unwritten(seal.release(), 10)).isEmpty();
  }

  @Test
  void theSecondStampOfASealIsNotStored() throws Exception {
    ReleaseSeal seal = sealed();
    store(first).write(seal, List.of(line(seal, Stage.RECORD, record(seal))), List.of());
    Stampable stampable =
        new Stampable(seal.release(), seal.seal().number(), 0, seal.seal().hash());
    EvidenceLine stamp = line(seal, Stage.SEAL_STAMP, "time-stamp/" + stampable.subject());
    atOnce(() -> stamp(first, stampable, stamp), () -> stamp(second, stampable, stamp));
    assertThat(store(first).list(seal.release(), null, 10))
        .extracting(Listed::key)
        .containsExactly(record(seal), stamp.key());
    assertThat(store(first).unstamped(EvidenceStore.MAX_READ)).doesNotContain(stampable);
  }

  /** Skipping it in silence would leave a hole in the bundle. */
  @Test
  void aLineWhosePlaceAnotherOneHoldsIsRefusedAndNothingOfItsSealStays() {
    ReleaseSeal seal = sealed();
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(
            () ->
                store(first)
                    .write(
                        seal,
                        List.of(
                            line(seal, Stage.RECORD, record(seal)),
                            line(seal, Stage.ENTRY, "entry/1/gate"),
                            line(seal, Stage.ENTRY, "entry/1/other")),
                        List.of()))
        .satisfies(e -> assertThat(e.type()).isEqualTo(FailureType.RECORD_CONFLICT));
    assertThat(store(first).list(seal.release(), null, 10)).isEmpty();
  }

  private interface Write {
    boolean run();
  }

  /** Opens the door when both wait: one for the door, the other one for the first. */
  private static List<Boolean> atOnce(Write one, Write other) throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try (Connection keeper = TestPostgres.connect(owner);
        Statement statement = keeper.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + DOOR + ")");
      Future<Boolean> before = workers.submit(one::run);
      waiting(statement, 1);
      Future<Boolean> after = workers.submit(other::run);
      waiting(statement, 2);
      statement.execute("SELECT pg_advisory_unlock(" + DOOR + ")");
      return List.of(before.get(30, TimeUnit.SECONDS), after.get(30, TimeUnit.SECONDS));
    } finally {
      workers.shutdownNow();
    }
  }

  private static void waiting(Statement statement, int sessions) throws SQLException {
    Instant limit = Instant.now().plus(Duration.ofSeconds(30));
    int found = 0;
    while (found < sessions) {
      assertThat(Instant.now()).isBefore(limit);
      try (ResultSet row =
          statement.executeQuery(
              "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                  + " AND wait_event_type = 'Lock'")) {
        row.next();
        found = row.getInt(1);
      }
    }
  }

  private static boolean stamp(PostgresDatabase database, Stampable stampable, EvidenceLine line) {
    store(database).stamp(stampable, line);
    return true;
  }

  private ReleaseSeal sealed() {
    ReleaseId id = RecordFixture.newSystem();
    record().entries().append(RecordFixture.entry(id, EntryKind.STATE, "one", "{}"));
    return store(first).seal(id, NOW).orElseThrow();
  }

  private static EvidenceStore store(PostgresDatabase database) {
    return new PostgresEvidence(database);
  }

  private static String record(ReleaseSeal seal) {
    return EvidenceStore.recordKey(seal.seal());
  }

  private static EvidenceLine line(ReleaseSeal seal, Stage stage, String key) {
    long seq = stage == Stage.ENTRY ? 1 : 0;
    return new EvidenceLine(
        seal.release(), new Place(seal.seal().number(), stage, seq, 0), key, "{}");
  }
}
