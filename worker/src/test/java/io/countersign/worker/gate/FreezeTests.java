package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A time in which no release goes live for the first time, and everything else goes on. */
class FreezeTests {
  private static final String FIRST = "2026.11.1";
  private static final String MARA = "mara@example.com";

  @TempDir private Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = UnitHouse.endorsed(directory);
    house.rules("gate.yaml", "drift: 5m", "drift: 29d");
  }

  @AfterEach
  void close() {
    house.close();
  }

  private Instant freeze(Duration span) {
    Instant until = house.clock.instant().plus(span);
    house.rules(
        "gate.yaml",
        "lifecycle:\n",
        "freezes:\n  - {from: \"2026-01-01T00:00:00Z\", until: \"%s\", reason: year end}\n\nlifecycle:\n"
            .formatted(until));
    return until;
  }

  private ReleaseId frozen(String version) {
    ReleaseId id = house.awaiting(version);
    house.approveAll(id);
    Gatehouse.await(() -> house.view(id), view -> view.exceptions() != null);
    return id;
  }

  @Test
  void anApprovedReleaseWaitsVisiblyAndGoesLiveAfterwards() {
    Instant until = freeze(Duration.ofDays(2));
    ReleaseId id = frozen(FIRST);
    GateView view = house.view(id);
    assertThat(view.state()).isEqualTo(GateState.GRANTING);
    assertThat(view.exceptions().frozenUntil()).isEqualTo(until);
    assertThat(view.trouble()).isEqualTo("frozen until " + until + ": year end");
    assertThat(house.record.grants().grants(id)).isEmpty();
    house.pass(Duration.ofDays(2));
    assertThat(house.await(id, GateState.LIVE).exceptions()).isNull();
    assertThat(house.login(FIRST)).isPresent();
    Auditor.of(house).holdsOpen(Auditor.bundle(house, id));
  }

  @Test
  void signOffsThatAgeInAFreezeAreAskedForAgainWithTimeToGiveThem() {
    freeze(Duration.ofDays(20));
    ReleaseId id = frozen(FIRST);
    house.pass(Duration.ofDays(20));
    GateView view = house.await(id, GateState.AWAITING_SIGN_OFF);
    assertThat(view.decision().awaiting()).containsExactly("mlops", "security", "risk");
    assertThat(view.signOffDeadline()).isAfter(house.clock.instant().plus(Duration.ofDays(2)));
    Gatehouse.await(
        () -> house.record.entries().entries(id, Set.of(EntryKind.REMINDER)),
        reminders -> reminders.stream().anyMatch(e -> e.body().text().contains("A freeze held")));
    house.approveAll(id);
    house.await(id, GateState.LIVE);
  }

  @Test
  void whoeverTakesAccessAwayOrSaysNoWaitsForNoFreeze() {
    ReleaseId live = house.live(FIRST);
    freeze(Duration.ofDays(2));
    ReleaseId waiting = frozen(house.version("2026.11.5"));
    house.say(waiting, MARA, GateFunction.MLOPS, SignOffDecision.TAKE_BACK);
    assertThat(house.view(waiting).state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
    house.order(waiting, "pia@example.com", OrderKind.WITHDRAW);
    house.ended(waiting, GateState.WITHDRAWN);
    house.order(live, OrderKind.SUSPEND);
    house.await(live, GateState.SUSPENDED);
    assertThat(house.login(FIRST)).isEmpty();
    house.order(live, OrderKind.RESTORE);
    house.await(live, GateState.LIVE);
    house.order(live, OrderKind.RETIRE);
    house.ended(live, GateState.RETIRED);
  }

  @Test
  void aRollbackBringsThePredecessorBackInAFreeze() {
    house.rules("gate.yaml", "cutoverGrace: 10m", "cutoverGrace: 1s");
    ReleaseId first = house.live(FIRST);
    ReleaseId second = house.live(house.version("2026.11.4"));
    house.await(first, GateState.STANDBY);
    freeze(Duration.ofDays(2));
    house.order(second, OrderKind.ROLLBACK);
    house.ended(second, GateState.ROLLED_BACK);
    house.await(first, GateState.LIVE);
    assertThat(house.login(FIRST)).isPresent();
  }

  @Test
  void aReleaseWhoseFirstGrantFailedWasNeverLiveAndWaits() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, MARA, GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.broker.beforeGrant =
        () -> {
          house.broker.beforeGrant = () -> {};
          house.vault.policy(
              "fraud-read",
              "path \"kv/data/fraud/scoring\" { capabilities = [\"read\"] }\n# one more line");
        };
    house.approve(id, "rita@example.com", GateFunction.RISK);
    Gatehouse.await(
        () -> house.view(id),
        view -> view.round() == 2 && view.state() == GateState.AWAITING_SIGN_OFF);
    assertThat(house.record.grants().grants(id)).hasSize(1);
    freeze(Duration.ofDays(2));
    house.approveAll(id);
    Gatehouse.await(() -> house.view(id), view -> view.exceptions() != null);
    assertThat(house.login(FIRST)).isEmpty();
  }
}
