package io.countersign.activities.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.live.LiveBoard;
import io.countersign.activities.live.LiveFixture;
import io.countersign.activities.live.LiveLimits;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveDecisions.Sight;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.record.EntryKind;
import io.countersign.record.GrantTicket;
import io.countersign.release.ReleaseId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two decision nodes with the rights of a decision node, on a real store. */
@Timeout(60)
class PostgresLiveTracesIT implements RecordFixture {
  private static final LiveLimits BY_HINT =
      new LiveLimits(Duration.ofHours(1), Duration.ofMinutes(30));
  private static final LiveLimits BY_POLL =
      new LiveLimits(Duration.ofSeconds(1), Duration.ofMillis(50));
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final PostgresSettings owner = TestPostgres.migratedDatabase();
  private final PostgresSettings decider = TestPostgres.as(owner, "countersign_decider");
  private final List<AutoCloseable> opened = new ArrayList<>();
  private PostgresDatabase database;

  @BeforeEach
  void open() {
    database = new PostgresDatabase(owner);
    opened.add(database);
    // The fixture's grants ended long ago by the store's clock.
    TestPostgres.execute(
        owner, "ALTER TABLE access_grant DISABLE TRIGGER access_grant_goes_forward");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  @Override
  public ReleaseRecord record() {
    return new PostgresReleaseRecord(database);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ORDER {\"order\":\"rollback\",\"names\":\"<id>\"}",
        "ORDER {\"order\":\"suspend\",\"names\":\"<id>\"}",
        "ORDER {\"order\":\"retire\",\"names\":\"<id>\"}",
        "SIGN_OFF {\"decision\":\"take-back\"}",
        "REVOCATION {\"next\":\"STANDBY\"}",
        "REVOCATION {\"next\":\"EXPIRED\"}",
        "SUSPENDED {}",
        "COMPLETE {\"state\":\"RETIRED\"}",
        "DRIFT {\"drift\":\"WIDENED\",\"grantId\":\"<grant>\"}"
      })
  void everyNodeDeniesAtTheFirstTraceThatIsHintedAt(String told) {
    Node one = node(BY_HINT);
    Node other = node(BY_HINT);
    Governed governed = live("1.0");
    one.await(governed.id(), Hold.IN_FORCE);
    other.await(governed.id(), Hold.IN_FORCE);
    String[] kindAndBody = told.split(" ", 2);
    tell(
        governed.id(),
        EntryKind.valueOf(kindAndBody[0]),
        kindAndBody[1]
            .replace("<id>", governed.id().toString())
            .replace("<grant>", governed.grant().grantId().toString()));
    one.awaitDenied(governed.id());
    other.awaitDenied(governed.id());
  }

  @Test
  void deniesAsSoonAsARevocationHasBegunWithoutAnyEntry() {
    Node node = node(BY_HINT);
    Governed governed = live("1.0");
    node.await(governed.id(), Hold.IN_FORCE);
    record().grants().beginRevocation(governed.id());
    node.awaitDenied(governed.id());
  }

  @Test
  void keepsAPredecessorInForceUntilItIsRevoked() {
    Node node = node(BY_HINT);
    Governed old = live("1.0");
    Governed next = live(old.id().withVersion("2.0"));
    record().live().markSuperseded(old.id(), next.id(), NOW);
    node.await(next.id(), Hold.IN_FORCE);
    node.await(old.id(), Hold.IN_FORCE);
    tell(old.id(), EntryKind.REVOCATION, "{\"next\":\"STANDBY\"}");
    node.awaitDenied(old.id());
    node.await(next.id(), Hold.IN_FORCE);
  }

  @Test
  void findsByPollingWhatNoNotificationTold() {
    TestPostgres.execute(owner, "ALTER TABLE entry DISABLE TRIGGER hint_live");
    Node node = node(BY_POLL);
    Governed governed = live("1.0");
    node.await(governed.id(), Hold.IN_FORCE);
    tell(governed.id(), EntryKind.SUSPENDED, "{}");
    node.await(governed.id(), Hold.SUSPENDED);
  }

  @Test
  void listensAgainAfterItsConnectionWasLost() {
    Node node = node(BY_HINT);
    Governed governed = live("1.0");
    node.await(governed.id(), Hold.IN_FORCE);
    TestPostgres.execute(
        owner,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'countersign-live' AND datname = current_database()");
    tell(governed.id(), EntryKind.SUSPENDED, "{}");
    node.await(governed.id(), Hold.SUSPENDED);
  }

  /** Any login of the database may tell anything on the channel. */
  @Test
  void followsThroughAFloodOfHints() {
    Node node = node(BY_HINT);
    Governed governed = live("1.0");
    node.await(governed.id(), Hold.IN_FORCE);
    for (int i = 0; i < 20; i++) {
      TestPostgres.execute(
          decider,
          "SELECT pg_notify('countersign_live', repeat('x', 2000) || n)"
              + " FROM generate_series(1, 2000) AS n");
    }
    tell(governed.id(), EntryKind.SUSPENDED, "{}");
    node.await(governed.id(), Hold.SUSPENDED);
    assertThat(node.board().view().sight()).isEqualTo(Sight.FRESH);
  }

  @Test
  void readsNothingHalf() throws SQLException {
    Node node = node(BY_POLL);
    Governed governed = live("1.0");
    node.await(governed.id(), Hold.IN_FORCE);
    try (Connection writer = TestPostgres.connect(owner);
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute(
          "INSERT INTO entry (release, at, kind, actor, key, body) VALUES ('"
              + governed.id()
              + "', now(), 'ORDER', 'bob', 'o', '{\"order\":\"retire\",\"names\":\""
              + governed.id()
              + "\"}')");
      // A reader does not wait for a writer, and sees nothing of what is not committed.
      Instant before = Instant.now();
      node.awaitReadingAfter(before);
      assertThat(node.hold(governed.id())).isEqualTo(Hold.IN_FORCE);
      writer.commit();
    }
    node.awaitDenied(governed.id());
  }

  @Test
  void deniesWhenTheStoreIsAwayForLongerThanTheLimitAndComesBackByItself() {
    Node node = node(BY_POLL);
    Governed governed = live("1.0");
    node.await(governed.id(), Hold.IN_FORCE);
    TestPostgres.execute(owner, "REVOKE SELECT ON live_trace FROM countersign_decider");
    TestPostgres.execute(
        owner, "REVOKE SELECT (release, last_seq) ON entry_counter FROM countersign_decider");
    node.awaitSight(Sight.UNREACHABLE);
    TestPostgres.execute(owner, "GRANT SELECT ON live_trace TO countersign_decider");
    TestPostgres.execute(
        owner, "GRANT SELECT (release, last_seq) ON entry_counter TO countersign_decider");
    node.awaitSight(Sight.FRESH);
    assertThat(node.hold(governed.id())).isEqualTo(Hold.IN_FORCE);
  }

  @Test
  void deniesOnARecordThatWasPutBackToAnOlderTime() {
    Node node = node(BY_POLL);
    live("1.0");
    Governed governed = live("1.0");
    node.await(governed.id(), Hold.IN_FORCE);
    TestPostgres.execute(owner, "SELECT setval('grant_fence', 1, false)");
    node.awaitSight(Sight.UNREACHABLE);
  }

  @Test
  void readsEverybodyElseWhereARowCannotBeRead() {
    Node node = node(BY_POLL);
    Governed governed = live("1.0");
    TestPostgres.execute(
        owner,
        "INSERT INTO frozen_release (release, release_digest, submitter, submission, manifest,"
            + " gate_digest, approvers_digest, review_round, tier, requirements, scope, frozen_at)"
            + " VALUES ('no release', 'x', 'x', 'x', '{}', 'x', 'x', 1, 'x', '{}', '{}', now());"
            + "INSERT INTO access_grant (grant_id, release, slot, state, request_key, opened_at,"
            + " live_at, expires_at, namespace_id, run_id, spec, grant_proof)"
            + " VALUES (gen_random_uuid(), 'no release', 'a', 'LIVE', 'raw', now(), now(),"
            + " now() + interval '1 day', 'n', 'r', '{}', '{}')");
    node.await(governed.id(), Hold.IN_FORCE);
    Instant before = Instant.now();
    node.awaitReadingAfter(before);
    assertThat(node.board().view().sight()).isEqualTo(Sight.FRESH);
    assertThat(node.board().view().inForce()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT body FROM entry",
        "SELECT submission FROM frozen_release",
        "SELECT spec FROM access_grant",
        "SELECT content FROM document",
        "SELECT * FROM used_nonce",
        "INSERT INTO entry (release, at, kind, actor, key, body)"
            + " VALUES ('a/b/1', now(), 'GRANT', 'x', 'k', '{}')",
        "UPDATE access_grant SET state = 'LIVE'",
        "SELECT body -> 'permit' FROM entry",
        "UPDATE release_status SET state = 'LIVE'",
        "INSERT INTO live_trace (release, seq, kind) VALUES ('a/b/1', 1, 'GRANT')",
        "CREATE TABLE mine (x int)"
      })
  void mayReadHowReleasesStandAndNothingElse(String statement) {
    live("1.0");
    assertThatThrownBy(
            () -> {
              try (Connection connection = TestPostgres.connect(decider);
                  Statement sql = connection.createStatement()) {
                sql.execute(statement);
              }
            })
        .isInstanceOfSatisfying(
            SQLException.class,
            refused -> assertThat(refused.getSQLState()).isIn("42501", "55000"));
  }

  private Governed live(String version) {
    return live(RecordFixture.newSystem().withVersion(version));
  }

  private Governed live(ReleaseId id) {
    record().releases().freeze(RecordFixture.release(id, LiveFixture.manifest(id)));
    GrantTicket ticket = liveGrant(id, "g");
    TestPostgres.execute(
        owner,
        "UPDATE access_grant SET expires_at = now() + interval '1 year' WHERE grant_id = '"
            + ticket.grantId()
            + "'");
    tell(id, EntryKind.GRANT, LiveFixture.told(record(), ticket, LiveFixture.GATE));
    return new Governed(id, ticket);
  }

  private void tell(ReleaseId id, EntryKind kind, String body) {
    TestPostgres.execute(
        owner,
        "INSERT INTO entry (release, at, kind, actor, key, body) VALUES ('%s', now(), '%s', 'x', '%s', '%s')"
            .formatted(id, kind, kind + "/" + body.hashCode(), body));
  }

  private Node node(LiveLimits limits) {
    PostgresDatabase own = new PostgresDatabase(decider);
    LiveBoard board =
        new LiveBoard(
            new PostgresLiveTraces(own),
            LiveFixture.parser(),
            LiveFixture.GATE::permits,
            limits,
            CLOCK);
    board.start();
    opened.add(0, own);
    opened.add(0, board);
    return new Node(board);
  }

  private record Governed(ReleaseId id, GrantTicket grant) {}

  private record Node(LiveBoard board) {
    Hold hold(ReleaseId id) {
      return board.view().of(LiveFixture.workload(id)).stream()
          .filter(release -> release.id().equals(id))
          .map(GovernedRelease::hold)
          .findFirst()
          .orElse(Hold.NOT_LIVE);
    }

    void await(ReleaseId id, Hold hold) {
      until(() -> hold(id) == hold);
    }

    void awaitDenied(ReleaseId id) {
      until(() -> hold(id) != Hold.IN_FORCE);
    }

    void awaitSight(Sight sight) {
      until(() -> board.view().sight() == sight);
    }

    void awaitReadingAfter(Instant moment) {
      until(() -> !Instant.now().minus(board.view().staleness()).isBefore(moment));
    }

    private static void until(BooleanSupplier met) {
      while (!met.getAsBoolean()) {
        if (Thread.interrupted()) {
          throw new IllegalStateException("not met in time");
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }
}
