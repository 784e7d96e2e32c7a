package io.countersign.activities.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.live.LiveBoard;
import io.countersign.activities.live.LiveFixture;
import io.countersign.activities.live.LiveLimits;
import io.countersign.activities.live.SigningGate;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveDecisions.Sight;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.record.EntryKind;
import io.countersign.record.GrantTicket;
import io.countersign.release.ReleaseId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Somebody with the worker's login and without the gate's key, on a real store: rows that say that
 * a release is live make no node believe it, and stop none for others.
 */
@Timeout(60)
class ForgedGrantIT implements RecordFixture {
  private final PostgresSettings owner = TestPostgres.migratedDatabase();
  private final PostgresSettings worker = TestPostgres.as(owner, "countersign_worker");
  private final PostgresDatabase database = new PostgresDatabase(worker);
  private final PostgresDatabase deciding =
      new PostgresDatabase(TestPostgres.as(owner, "countersign_decider"));
  private final LiveBoard node =
      new LiveBoard(
          new PostgresLiveTraces(deciding),
          LiveFixture.parser(),
          LiveFixture.GATE::permits,
          new LiveLimits(Duration.ofSeconds(10), Duration.ofMillis(50)),
          Clock.systemUTC());

  @BeforeEach
  void start() {
    node.start();
  }

  @AfterEach
  void close() {
    node.close();
    deciding.close();
    database.close();
  }

  @Override
  public ReleaseRecord record() {
    return new PostgresReleaseRecord(database);
  }

  @Test
  void whatTheGateSignedIsInForce() {
    GrantTicket granted = granted();
    tell(granted, LiveFixture.told(record(), granted, LiveFixture.GATE));
    await(granted.release(), Hold.IN_FORCE);
  }

  @Test
  void rowsWithoutAPermitAreNotBelieved() {
    GrantTicket forged = granted();
    tell(forged, "{\"grantId\":\"%s\"}".formatted(forged.grantId()));
    isNotBelieved(forged.release());
  }

  @Test
  void aPermitByAnotherKeyIsNotBelieved() {
    GrantTicket forged = granted();
    tell(forged, LiveFixture.told(record(), forged, new SigningGate()));
    isNotBelieved(forged.release());
  }

  @Test
  void thePermitOfAnotherReleaseIsNotBelieved() {
    GrantTicket approved = granted();
    String body = LiveFixture.told(record(), approved, LiveFixture.GATE);
    tell(approved, body);
    GrantTicket forged = granted();
    tell(forged, body.replaceFirst(approved.grantId().toString(), forged.grantId().toString()));
    isNotBelieved(forged.release());
    await(approved.release(), Hold.IN_FORCE);
  }

  @Test
  void anOldPermitBringsNoGrantBackThatWasRevoked() {
    GrantTicket approved = granted();
    String body = LiveFixture.told(record(), approved, LiveFixture.GATE);
    tell(approved, body);
    await(approved.release(), Hold.IN_FORCE);
    tell(approved.release(), EntryKind.REVOCATION, "{\"next\":\"STANDBY\"}");
    await(approved.release(), Hold.NOT_LIVE);
    String other = approved.release().withVersion("9.9").toString();
    tell(
        approved.release(),
        EntryKind.ORDER,
        "{\"order\":\"rollback\",\"names\":\"" + other + "\"}");
    tell(approved.release(), EntryKind.GRANT, body);
    awaitAnotherReading();
    assertThat(hold(approved.release())).isEqualTo(Hold.NOT_LIVE);
  }

  @Test
  void anOrderToRestoreThatNobodySignedBringsNothingBack() {
    GrantTicket approved = granted();
    tell(approved, LiveFixture.told(record(), approved, LiveFixture.GATE));
    await(approved.release(), Hold.IN_FORCE);
    String names = "\"names\":\"" + approved.release() + "\"";
    tell(approved.release(), EntryKind.ORDER, "{\"order\":\"suspend\"," + names + "}");
    tell(approved.release(), EntryKind.ORDER, "{\"order\":\"restore\"," + names + "}");
    await(approved.release(), Hold.SUSPENDED);
    awaitAnotherReading();
    assertThat(hold(approved.release())).isEqualTo(Hold.SUSPENDED);
  }

  @Test
  void aManifestThatWasChangedBesideItsGrantIsNobodysRelease() {
    GrantTicket approved = granted();
    tell(approved, LiveFixture.told(record(), approved, LiveFixture.GATE));
    // Nobody but the owner of the schema can, with the triggers off.
    TestPostgres.execute(
        owner,
        "ALTER TABLE frozen_release DISABLE TRIGGER ALL;"
            + "UPDATE frozen_release SET manifest = jsonb_set(manifest,"
            + " '{access,tools,0,name}', '\"shell\"') WHERE release = '"
            + approved.release()
            + "'");
    try (LiveBoard other = another()) {
      other.start();
      awaitFresh(other);
      assertThat(other.view().of(LiveFixture.workload(approved.release()))).isEmpty();
    }
    TestPostgres.execute(
        owner,
        "UPDATE frozen_release SET release_digest = '"
            + changedDigest(approved.release())
            + "' WHERE release = '"
            + approved.release()
            + "'");
    try (LiveBoard other = another()) {
      other.start();
      awaitFresh(other);
      assertThat(other.view().of(LiveFixture.workload(approved.release())))
          .extracting(GovernedRelease::hold)
          .containsExactly(Hold.NOT_PROVED);
    }
  }

  private static String changedDigest(ReleaseId id) {
    return RecordFixture.json(LiveFixture.manifest(id).replace("refund.lookup", "shell"))
        .digest()
        .toString();
  }

  private LiveBoard another() {
    return new LiveBoard(
        new PostgresLiveTraces(deciding),
        LiveFixture.parser(),
        LiveFixture.GATE::permits,
        LiveLimits.usual(),
        Clock.systemUTC());
  }

  private void isNotBelieved(ReleaseId forged) {
    await(forged, Hold.NOT_PROVED);
    assertThat(node.view().sight()).isEqualTo(Sight.FRESH);
    GrantTicket other = granted();
    tell(other, LiveFixture.told(record(), other, LiveFixture.GATE));
    await(other.release(), Hold.IN_FORCE);
    assertThat(hold(forged)).isEqualTo(Hold.NOT_PROVED);
  }

  /**
   * Frozen and LIVE by the rows, as the worker's login may write them; no entry tells of it yet.
   */
  private GrantTicket granted() {
    ReleaseId id = RecordFixture.newSystem();
    record().releases().freeze(RecordFixture.release(id, LiveFixture.manifest(id)));
    TestPostgres.execute(
        worker,
        "INSERT INTO access_grant (grant_id, release, slot, state, request_key, opened_at, live_at,"
            + " expires_at, namespace_id, run_id, spec, grant_proof) VALUES (gen_random_uuid(), '"
            + id
            + "', 'a', 'LIVE', 'k', now(), now(), now() + interval '1 day', 'n', 'r', '{}', '{}')");
    var grant = record().grants().grants(id).get(0);
    return new GrantTicket(
        grant.grantId(), id, grant.slot(), grant.fence(), grant.openedAt(), grant.expiresAt());
  }

  private void tell(GrantTicket grant, String body) {
    tell(grant.release(), EntryKind.GRANT, body);
  }

  private void tell(ReleaseId id, EntryKind kind, String body) {
    TestPostgres.execute(
        worker,
        "INSERT INTO entry (release, at, kind, actor, key, body) VALUES ('%s', now(), '%s', 'gate', gen_random_uuid()::text, '%s')"
            .formatted(id, kind, body));
  }

  private Hold hold(ReleaseId id) {
    return node.view().of(LiveFixture.workload(id)).stream()
        .filter(release -> release.id().equals(id))
        .map(GovernedRelease::hold)
        .findFirst()
        .orElse(Hold.NOT_LIVE);
  }

  private void await(ReleaseId id, Hold hold) {
    while (hold(id) != hold) {
      pause();
    }
  }

  private void awaitAnotherReading() {
    Instant before = Instant.now();
    while (Instant.now().minus(node.view().staleness()).isBefore(before)) {
      pause();
    }
  }

  private static void awaitFresh(LiveBoard board) {
    while (board.view().sight() != Sight.FRESH) {
      pause();
    }
  }

  private static void pause() {
    if (Thread.interrupted()) {
      throw new IllegalStateException("not met in time");
    }
    LockSupport.parkNanos(1_000_000);
  }
}
