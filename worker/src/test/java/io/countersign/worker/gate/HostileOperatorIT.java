package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.vault.VaultTransitSigner;
import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.activities.audit.Flaw;
import io.countersign.policy.GateFunction;
import io.countersign.policy.Trust;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Settings;
import io.countersign.worker.remote.RemoteRecord;
import io.countersign.worker.remote.Requester;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Ends of real releases in the hands of an auditor, and of an operator who owns the database, signs
 * with the gate's key in Vault and has whatever they like stamped: what they can make verify is
 * what docs/evidence.md says, and no more (I11).
 */
class HostileOperatorIT {
  private final Life life = new Life();
  private PostgresDatabase database;
  private Auditor auditor;

  @BeforeEach
  void connect() {
    database = new PostgresDatabase(life.house.settings.postgres());
    auditor = Auditor.of(trust());
  }

  @AfterEach
  void disconnect() {
    database.close();
  }

  @Test
  void rejectedByAPersonAndWithdrawn() {
    ReleaseId rejected = life.awaiting("hostile-1");
    life.house.approve(rejected, "mara@example.com", GateFunction.MLOPS);
    say(rejected, "rita@example.com", GateFunction.RISK, SignOffDecision.REJECT);
    assertThat(ended(rejected, GateState.REJECTED).proved())
        .contains("This record gives no access.")
        .anyMatch(line -> line.contains("REJECTED, rita@example.com for risk; judged again"));
    auditor.catches(
        rewritten(rejected).saying(EntryKind.DECISION, body -> body.put("outcome", "APPROVED")),
        Flaw.NOT_APPROVED,
        "judged again it is rejected");

    ReleaseId withdrawn = life.awaiting("hostile-2");
    life.house.signal(
        withdrawn, "order", life.house.order(withdrawn, "pia@example.com", OrderKind.WITHDRAW));
    assertThat(ended(withdrawn, GateState.WITHDRAWN).proved())
        .anyMatch(line -> line.contains("closed: WITHDRAWN, ordered by pia@example.com"));
  }

  @Test
  void suspendedRestoredAndRolledBack() {
    ReleaseId id = life.live("hostile-3");
    life.takeBack(id);
    life.house.await(id, GateState.SUSPENDED);
    auditor.holdsOpen(export(id));
    life.house.approve(id, "mara@example.com", GateFunction.MLOPS);
    life.order(id, OrderKind.RESTORE);
    life.house.await(id, GateState.LIVE);
    life.order(id, OrderKind.ROLLBACK);
    assertThat(ended(id, GateState.ROLLED_BACK).proved())
        .anyMatch(line -> line.startsWith("Access was given 2 times"));
    auditor.catches(
        rewritten(id).without(entry -> entry.body().text().contains("\"order\":\"restore\"")),
        Flaw.OUT_OF_ORDER,
        "while the release was SUSPENDED");
    auditor.catches(
        rewritten(id).without(EntryKind.REVOCATION_PROVED),
        Flaw.OUT_OF_ORDER,
        "the grant before it had not ended");
  }

  @Test
  void supersededAndTakenBackByTheRollbackOfItsSuccessor() {
    ReleaseId first = life.live("hostile-4");
    ReleaseId second = life.live("hostile-5");
    life.house.await(first, GateState.STANDBY);
    auditor.holdsOpen(export(first));
    life.order(second, OrderKind.ROLLBACK);
    ended(second, GateState.ROLLED_BACK);
    life.house.await(first, GateState.LIVE);
    life.order(first, OrderKind.RETIRE);
    assertThat(ended(first, GateState.RETIRED).proved())
        .anyMatch(line -> line.startsWith("Access was given 2 times"));
    auditor.catches(
        rewritten(first).without(entry -> entry.body().text().contains("\"names\":\"" + second)),
        Flaw.OUT_OF_ORDER,
        "while the release was STANDBY");
  }

  /** What was left out before anybody outside saw it is not missed; after that it is. */
  @Test
  void whatIsLeftOutIsMissedByWhoeverNotedAHead() {
    ReleaseId id = life.live("hostile-6");
    life.takeBack(id);
    life.house.await(id, GateState.SUSPENDED);
    Audit noted = auditor.holdsOpen(export(id));
    life.order(id, OrderKind.RETIRE);
    ended(id, GateState.RETIRED);

    Rewritten silenced =
        rewritten(id).without(entry -> entry.body().text().contains("\"decision\":\"take-back\""));
    byte[] bundle = silenced.bundle();
    assertThat(auditor.holds(bundle).notProved()).anyMatch(line -> line.contains("not anchored"));
    assertThat(auditor.verify(bundle, new Options(false, noted.head())).findings())
        .singleElement()
        .satisfies(one -> assertThat(one.flaw()).isEqualTo(Flaw.NOT_CLOSED));

    life.house
        .settings
        .timeStamps()
        .ifPresent(
            authority -> {
              Audit stamped = auditor.holds(silenced.stamped(authority).bundle());
              // Anchored, and later than the honest record was: nobody stamps for the past.
              assertThat(stamped.anchoredEntry()).isEqualTo(stamped.entries());
              assertThat(stamped.anchoredAt()).isAfterOrEqualTo(noted.anchoredAt());
            });
  }

  private void say(ReleaseId id, String person, GateFunction function, SignOffDecision decision) {
    life.house.signal(id, "signOff", life.house.signOff(id, person, function, decision));
  }

  private Rewritten rewritten(ReleaseId id) {
    Settings settings = life.house.settings;
    VaultTransitSigner transit =
        new VaultTransitSigner(
            settings.vault(), settings.vaultGrant(), settings.vaultWatch(), Clock.systemUTC());
    return Rewritten.of(new PostgresReleaseRecord(database), transit.key(), id);
  }

  /** The bundle once it is closed; where there is an authority, once everything is stamped. */
  private Audit ended(ReleaseId id, GateState state) {
    boolean stamps = life.house.engines.timeStamps().isPresent();
    byte[] bundle =
        Gatehouse.await(
            () -> export(id),
            one -> {
              Audit audit = auditor.closed(one);
              return audit.end() != null && (!stamps || audit.anchoredEntry() == audit.entries());
            });
    Audit audit = auditor.holds(bundle);
    assertThat(audit.end()).isEqualTo(state.name());
    return audit;
  }

  private byte[] export(ReleaseId id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      worker().copy("/v1/releases/" + id + "/evidence", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private Trust trust() {
    byte[] yaml = worker().trust().toString().getBytes(StandardCharsets.UTF_8);
    return GateAssembly.reader().trust("trust.yaml", yaml);
  }

  private RemoteRecord worker() {
    String aude = "aude@example.com";
    return new RemoteRecord(
        life.house.settings.apiUrl().orElseThrow(),
        new Requester(
            aude,
            KeyFiles.readPrivate(life.house.example.keyOf(aude), Keys.Passphrase::unavailable),
            Clock.systemUTC()));
  }
}
