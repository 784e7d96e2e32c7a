package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.gate.Rules.THREE;
import static io.countersign.gate.Rules.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.GrantActivities.Drift;
import io.countersign.activity.GrantActivities.GrantOutcome;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.GrantStatus;
import io.countersign.activity.GrantActivities.RevokeOutcome;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.GrantActivities.WatchReport;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.failure.FailureType;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two and three releases of one system. */
class SupersessionTests extends GateScenario {
  private volatile ReleaseId newest = ONE;
  private volatile boolean slotWanted;

  /** The record: the newest release that was granted supersedes the one before it. */
  @BeforeEach
  void remember() {
    world.resolve =
        s -> Rules.resolution(s.release().equals(ONE) ? null : s.release().equals(TWO) ? ONE : TWO);
    world.grant =
        r -> {
          newest = r.release();
          return world.granted(r);
        };
    world.watch =
        r ->
            new WatchReport(Drift.NONE, "", r.release().equals(newest) ? null : newest, slotWanted);
  }

  private List<RevokeRequest> revoked(ReleaseId release) {
    return world.asked(RevokeRequest.class).stream()
        .filter(r -> r.release().equals(release))
        .toList();
  }

  @Test
  void aSupersededReleaseStandsByAfterItsGraceAndRetires() {
    WorkflowStub one = stage.live(ONE);
    WorkflowStub two = stage.live(TWO);
    GateView cutover = stage.until(one, v -> v.successor() != null);
    assertThat(cutover.successor()).isEqualTo(TWO);
    assertThat(cutover.state()).isEqualTo(GateState.LIVE);
    assertThat(cutover.cutoverEndsAt())
        .isBetween(world.now(), world.now().plus(Duration.ofMinutes(10)));
    stage.temporal.sleep(Duration.ofMinutes(11));
    GateView standby = stage.until(one, GateState.STANDBY);
    assertThat(Duration.between(standby.revokedAt(), standby.waitsUntil()))
        .isBetween(Duration.ofDays(7), Duration.ofDays(7).plusSeconds(5));
    assertThat(revoked(ONE))
        .containsExactly(
            new RevokeRequest(
                ONE, 1, GateState.STANDBY, "Superseded by production/fraud-scorer/2."));
    assertThat(stage.result(one).state()).isEqualTo(GateState.RETIRED);
    assertThat(Stage.view(two).state()).isEqualTo(GateState.LIVE);
    assertThat(revoked(TWO)).isEmpty();
  }

  @Test
  void oneRollbackOrderEndsTheNewReleaseAndGrantsTheOldOneAgain() {
    WorkflowStub one = stage.live(ONE);
    WorkflowStub two = stage.live(TWO);
    stage.until(one, v -> v.successor() != null);
    stage.temporal.sleep(Duration.ofMinutes(11));
    stage.until(one, GateState.STANDBY);
    Stage.order(two, OrderKind.ROLLBACK, TWO);
    GateView back = stage.until(one, GateState.LIVE);
    assertThat(back.generation()).isEqualTo(2);
    assertThat(back.waitsUntil()).isNull();
    assertThat(stage.until(two, GateState.ROLLED_BACK).revokedAt()).isNotNull();
    assertThat(world.asked(AssessRequest.class))
        .filteredOn(r -> r.release().equals(ONE) && r.state() == GateState.STANDBY)
        .singleElement()
        .extracting(AssessRequest::envelope)
        .isEqualTo(Letters.order(OrderKind.ROLLBACK, TWO).toString());
    List<String> calls = world.activities();
    assertThat(calls.lastIndexOf("Grant")).isGreaterThan(calls.lastIndexOf("Revoke"));
    stage.temporal.sleep(Duration.ofDays(1));
    assertThat(Stage.view(one).state()).isEqualTo(GateState.LIVE);
  }

  @Test
  void aRollbackDuringTheCutoverKeepsTheOldReleaseLive() {
    WorkflowStub one = stage.live(ONE);
    WorkflowStub two = stage.live(TWO);
    stage.until(one, v -> v.successor() != null);
    Stage.order(two, OrderKind.ROLLBACK, TWO);
    stage.until(two, GateState.ROLLED_BACK);
    assertThat(stage.until(one, v -> v.successor() == null).cutoverEndsAt()).isNull();
    // The record still names the successor when the watch looks next; it was overcome.
    stage.temporal.sleep(Duration.ofDays(1));
    assertThat(Stage.view(one).state()).isEqualTo(GateState.LIVE);
    assertThat(revoked(ONE)).isEmpty();
  }

  @Test
  void aRollbackWhileTheOldReleaseIsBeingRevokedGrantsItAgain() {
    world.revoke =
        r -> {
          if (r.release().equals(ONE)) {
            throw failing(FailureType.REVOCATION_UNPROVED);
          }
          return new RevokeOutcome(world.now(), List.of());
        };
    WorkflowStub one = stage.live(ONE);
    WorkflowStub two = stage.live(TWO);
    stage.until(one, v -> v.successor() != null);
    stage.temporal.sleep(Duration.ofMinutes(11));
    stage.until(one, GateState.REVOKING);
    Stage.order(two, OrderKind.ROLLBACK, TWO);
    stage.until(two, GateState.ROLLED_BACK);
    stage.until(one, v -> v.said().size() == 4);
    world.revoke = r -> new RevokeOutcome(world.now(), List.of());
    stage.temporal.sleep(Duration.ofMinutes(1));
    assertThat(stage.until(one, v -> v.generation() == 2 && v.state() == GateState.LIVE).slot())
        .isNotNull();
  }

  @Test
  void aVainRollbackLeavesTheOldReleaseInStandby() {
    WorkflowStub one = stage.live(ONE);
    WorkflowStub two = stage.live(TWO);
    stage.until(one, v -> v.successor() != null);
    stage.temporal.sleep(Duration.ofMinutes(11));
    GateView standby = stage.until(one, GateState.STANDBY);
    world.grant = r -> World.notGranted(GrantStatus.NOT_APPROVED, FailureType.NOT_APPROVED, null);
    Stage.order(two, OrderKind.ROLLBACK, TWO);
    GateView back =
        stage.until(
            one, v -> v.state() == GateState.STANDBY && v.reasonType() == FailureType.NOT_APPROVED);
    assertThat(back.waitsUntil()).isEqualTo(standby.waitsUntil());
    assertThat(stage.result(one).state()).isEqualTo(GateState.RETIRED);
  }

  @Test
  void aRollbackWithoutAPredecessorOnlyEnds() {
    WorkflowStub one = stage.live(ONE);
    Stage.order(one, OrderKind.ROLLBACK, ONE);
    assertThat(stage.result(one).state()).isEqualTo(GateState.ROLLED_BACK);
  }

  @Test
  void aRollbackWhosePredecessorIsGoneStillEnds() {
    WorkflowStub two = stage.live(TWO);
    Stage.order(two, OrderKind.ROLLBACK, TWO);
    assertThat(stage.result(two).state()).isEqualTo(GateState.ROLLED_BACK);
  }

  @Test
  void aRollbackTurnsAnExpiryThatHasBegunIntoAHandOver() {
    WorkflowStub one = stage.live(ONE);
    WorkflowStub two = stage.live(TWO);
    stage.until(one, v -> v.successor() != null);
    stage.temporal.sleep(Duration.ofMinutes(11));
    stage.until(one, GateState.STANDBY);
    world.revoke = r -> whenOpen(new RevokeOutcome(world.now(), List.of()));
    Stage.order(two, OrderKind.RETIRE, TWO);
    stage.until(two, GateState.REVOKING);
    Stage.order(two, OrderKind.ROLLBACK, TWO);
    stage.until(two, v -> v.said().size() == 5);
    latch.countDown();
    stage.until(one, GateState.LIVE);
    assertThat(stage.result(two).state()).isEqualTo(GateState.ROLLED_BACK);
    assertThat(revoked(TWO))
        .extracting(RevokeRequest::next)
        .containsExactly(GateState.RETIRED, GateState.ROLLED_BACK);
  }

  @Test
  void aThirdReleaseEndsTheCutoverThatHoldsItsSlot() {
    WorkflowStub one = stage.live(ONE);
    stage.live(TWO);
    stage.until(one, v -> v.successor() != null);
    world.grant =
        r -> {
          if (revoked(ONE).isEmpty()) {
            slotWanted = true;
            return new GrantOutcome(
                GrantStatus.NO_SLOT,
                null,
                null,
                null,
                null,
                FailureType.NO_FREE_SLOT,
                "both slots are taken",
                null,
                null,
                ONE);
          }
          return world.granted(r);
        };
    WorkflowStub three = stage.submit(THREE);
    stage.until(three, GateState.AWAITING_SIGN_OFF);
    Stage.approve(three);
    stage.until(one, GateState.STANDBY);
    stage.temporal.sleep(Duration.ofSeconds(31));
    stage.until(three, GateState.LIVE);
    assertThat(world.asked(GrantRequest.class))
        .filteredOn(r -> r.release().equals(THREE))
        .hasSizeGreaterThanOrEqualTo(2);
  }
}
