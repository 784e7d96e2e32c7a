package io.countersign.activities.adapter.postgres;

import static io.countersign.activities.port.RecordFixture.entry;
import static io.countersign.activities.port.RecordFixture.newSystem;
import static io.countersign.activities.port.RecordFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.engine.LocalPostgres;
import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.port.Grants.Written;
import io.countersign.activities.port.Readiness;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import io.countersign.record.GrantTicket;
import io.countersign.record.NewEntry;
import io.countersign.release.ReleaseId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that break, locks that are held and a server that goes and comes back (I12). */
class PostgresOutageIT implements RecordFixture {
  private static final Duration SHORT = Duration.ofMillis(400);

  private PostgresSettings settings;
  private PostgresDatabase database;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void open() {
    settings = TestPostgres.migratedDatabase();
    database = new PostgresDatabase(settings);
  }

  @AfterEach
  void close() {
    database.close();
    threads.shutdownNow();
  }

  @Override
  public ReleaseRecord record() {
    return new PostgresReleaseRecord(database);
  }

  @Test
  void writesNothingWhenTheConnectionBreaksWhileAnEntryWaits() throws Exception {
    ReleaseId id = newSystem();
    record().entries().append(entry(id, EntryKind.SUBMITTED, "submitted", "{}"));
    NewEntry resolved = entry(id, EntryKind.RESOLVED, "resolved", "{}");
    try (Connection other = TestPostgres.connect(settings);
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM entry_counter WHERE release = '" + id + "' FOR UPDATE");
      Future<Entry> waiting = threads.submit(() -> record().entries().append(resolved));
      await(() -> terminated("wait_event_type = 'Lock'") == 1);
      assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              GateException.class,
              e -> assertThat(e.type()).isEqualTo(FailureType.DATABASE_UNAVAILABLE));
      other.rollback();
    }
    assertThat(record().entries().count(id)).isEqualTo(1);
    assertThat(record().entries().append(resolved).seq()).isEqualTo(2);
  }

  @Test
  void leavesAGrantInWritingWhenTheConnectionBreaksUnderTheWriter() {
    ReleaseId id = frozenRelease();
    GrantTicket ticket = open(id, "g");
    refused(
        FailureType.DATABASE_UNAVAILABLE,
        () ->
            record()
                .grants()
                .whileWriting(
                    ticket,
                    SPEC,
                    NOW,
                    grant -> {
                      await(() -> terminated("state = 'idle in transaction'") == 1);
                      return new Written<>("written", PROOF);
                    }));
    assertThat(record().grants().grants(id))
        .extracting(Grant::state)
        .containsExactly(GrantState.WRITING);
    write(ticket);
    assertThat(record().grants().grants(id))
        .extracting(Grant::state)
        .containsExactly(GrantState.LIVE);
  }

  @Test
  void endsAWriterThatHangsSoThatARevocationIsNotHeldUp() {
    database.close();
    database = new PostgresDatabase(with(settings, Duration.ofSeconds(5), SHORT));
    ReleaseId id = frozenRelease();
    GrantTicket ticket = open(id, "g");
    refused(
        FailureType.DATABASE_UNAVAILABLE,
        () ->
            record()
                .grants()
                .whileWriting(
                    ticket,
                    SPEC,
                    NOW,
                    grant -> {
                      assertThat(record().grants().beginRevocation(id)).isPresent();
                      return new Written<>("too late", PROOF);
                    }));
    assertThat(record().grants().grants(id))
        .extracting(Grant::state)
        .containsExactly(GrantState.REVOKING);
  }

  @Test
  void givesUpOnALockThatIsHeldTooLong() {
    database.close();
    database = new PostgresDatabase(with(settings, SHORT, Duration.ofSeconds(30)));
    ReleaseId id = frozenRelease();
    GrantTicket ticket = open(id, "g");
    record()
        .grants()
        .whileWriting(
            ticket,
            SPEC,
            NOW,
            grant -> {
              refused(
                  FailureType.DATABASE_UNAVAILABLE, () -> record().grants().beginRevocation(id));
              return new Written<>("written", PROOF);
            });
    assertThat(record().grants().beginRevocation(id).map(Grant::state))
        .contains(GrantState.REVOKING);
  }

  @Test
  void keepsAConnectionsSettingsWhenItsFirstTransactionIsRolledBack() {
    ReleaseId unknown = newSystem();
    refused(FailureType.RECORD_CONFLICT, () -> record().releases().beginReviewRound(unknown, 1));
    List<String> settings =
        database.inTransaction(
            "look at the settings",
            session ->
                session.list(
                    "SELECT current_schema() || ' ' || current_setting('statement_timeout')"
                        + " || ' ' || current_setting('lock_timeout') || ' '"
                        + " || current_setting('idle_in_transaction_session_timeout') AS found",
                    row -> row.getString("found")));
    assertThat(settings).containsExactly("countersign 10s 5s 30s");
  }

  @Test
  void goesOnWhenTheServerIsBack(@TempDir Path directory) {
    LocalPostgres server = LocalPostgres.start(directory, TestPostgres.PROGRAMS);
    PostgresSettings local = TestPostgres.settings(server, "postgres");
    try (PostgresDatabase outage = new PostgresDatabase(local)) {
      new PostgresMigrations(outage).migrate();
      ReleaseRecord record = new PostgresReleaseRecord(outage);
      ReleaseId id = newSystem();
      record.entries().append(entry(id, EntryKind.SUBMITTED, "1", "{}"));
      server.close();
      refused(
          FailureType.DATABASE_UNAVAILABLE,
          () -> record.entries().append(entry(id, EntryKind.STATE, "2", "{}")));
      refused(FailureType.DATABASE_UNAVAILABLE, () -> record.sweeps().alone(() -> "never"));
      assertThat(new PostgresMigrations(outage).readiness())
          .extracting(Readiness::ready)
          .containsExactly(false);
      server = LocalPostgres.start(directory, TestPostgres.PROGRAMS);
      NewEntry second = entry(id, EntryKind.STATE, "2", "{}");
      await(() -> answers(() -> record.entries().append(second).seq() == 2));
      assertThat(record.entries().entries(id)).extracting(Entry::seq).containsExactly(1L, 2L);
    } finally {
      server.close();
    }
  }

  @Test
  void keepsTheSweepLockForOneEvenWhenTheFirstConnectionBroke() {
    assertThat(
            record()
                .sweeps()
                .alone(
                    () -> {
                      assertThat(record().sweeps().alone(() -> "second")).isEmpty();
                      await(() -> terminated("query LIKE '%pg_try_advisory_lock%'") >= 1);
                      return "first";
                    }))
        .contains("first");
    await(() -> answers(() -> record().sweeps().alone(() -> "next").isPresent()));
  }

  @Test
  void saysWhatTheServerStillNeeds() {
    PostgresSettings empty = TestPostgres.emptyDatabase();
    try (PostgresDatabase fresh = new PostgresDatabase(empty)) {
      PostgresMigrations migrations = new PostgresMigrations(fresh);
      assertThat(migrations.readiness())
          .filteredOn(line -> !line.ready())
          .extracting(Readiness::detail)
          .anyMatch(detail -> detail.matches("migrations pending: [1-9]"));
      migrations.migrate();
      migrations.migrate();
      assertThat(migrations.readiness()).hasSize(4).allMatch(Readiness::ready);
    }
  }

  /** A first call may still meet a connection that broke; that is said, and the next one works. */
  private static boolean answers(BooleanSupplier call) {
    try {
      return call.getAsBoolean();
    } catch (GateException e) {
      assertThat(e.type()).isEqualTo(FailureType.DATABASE_UNAVAILABLE);
      return false;
    }
  }

  /** Ends the record's connections that are in a state, and says how many there were. */
  private int terminated(String state) {
    String sql =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname ="
            + " current_database() AND application_name = 'countersign' AND "
            + state;
    try (Connection connection = TestPostgres.connect(settings);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static PostgresSettings with(
      PostgresSettings settings, Duration lockTimeout, Duration writeLimit) {
    return new PostgresSettings(
        settings.url(),
        settings.user(),
        settings.password(),
        settings.poolSize(),
        settings.connectTimeout(),
        settings.statementTimeout(),
        lockTimeout,
        writeLimit);
  }
}
