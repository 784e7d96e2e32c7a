package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.gate.World.notGranted;
import static io.countersign.policy.GateFunction.RISK;
import static io.countersign.signoff.SignOffDecision.TAKE_BACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activity.CheckRequest;
import io.countersign.activity.DecisionView;
import io.countersign.activity.GrantActivities.GrantOutcome;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.GrantStatus;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.failure.FailureType;
import io.countersign.policy.Requirement;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What follows when the activity that decides again does not grant. */
class GrantingTests extends GateScenario {
  private WorkflowStub granting() {
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    return gate;
  }

  /** The next attempt is granted. */
  private GrantOutcome once(GrantOutcome outcome) {
    world.grant = world::granted;
    return outcome;
  }

  @Test
  void anApprovalThatDoesNotHoldAnyMoreIsAskedForAgain() {
    DecisionView missing =
        new DecisionView(
            DecisionView.Status.PENDING, List.of(new Requirement(RISK, 1)), List.of(), null, null);
    world.grant =
        r -> once(notGranted(GrantStatus.NOT_APPROVED, FailureType.NOT_APPROVED, missing));
    WorkflowStub gate = granting();
    GateView view =
        stage.until(gate, v -> v.state() == GateState.AWAITING_SIGN_OFF && v.reasonType() != null);
    assertThat(view.reasonType()).isEqualTo(FailureType.NOT_APPROVED);
    assertThat(view.decision().awaiting()).containsExactly("risk");
    assertThat(view.reason()).isEqualTo("Missing: 1 sign-off for risk.");
    assertThat(world.asked(RevokeRequest.class)).isEmpty();
    gate.signal("signOff", Letters.approve(RISK));
    assertThat(stage.until(gate, GateState.LIVE).generation()).isEqualTo(2);
  }

  @Test
  void aScopeThatChangedIsCheckedAgain() {
    world.grant = r -> once(notGranted(GrantStatus.SCOPE_CHANGED, FailureType.SCOPE_CHANGED, null));
    WorkflowStub gate = granting();
    stage.untilAsked(CheckRequest.class, r -> r.round() == 2);
    assertThat(stage.until(gate, GateState.LIVE).round()).isEqualTo(2);
  }

  @Test
  void aRefusedGrantRejectsTheReleaseAndRevokesWhatMayExist() {
    world.grant = r -> notGranted(GrantStatus.REFUSED, FailureType.SUBJECT_CHANGED, null);
    GateView end = stage.result(granting());
    assertThat(end.state()).isEqualTo(GateState.REJECTED);
    assertThat(end.reasonType()).isEqualTo(FailureType.SUBJECT_CHANGED);
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(new RevokeRequest(ONE, 1, GateState.REJECTED, "not now"));
  }

  @Test
  void anAttemptThatFailsForGoodIsCompensated() {
    world.grant =
        r -> {
          throw failingForGood(FailureType.VAULT_DENIED);
        };
    WorkflowStub gate = granting();
    assertThatThrownBy(() -> stage.result(gate)).isInstanceOf(WorkflowFailedException.class);
    assertThat(Stage.view(gate).state()).isEqualTo(GateState.FAILED);
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(new RevokeRequest(ONE, 1, GateState.FAILED, "scripted"));
  }

  @Test
  void aRoleThatAnEarlierAttemptLeftIsRevokedFirst() {
    world.grant =
        r ->
            once(
                new GrantOutcome(
                    GrantStatus.SCOPE_CHANGED,
                    null,
                    "left-behind",
                    null,
                    null,
                    FailureType.SCOPE_CHANGED,
                    "changed",
                    null,
                    null,
                    null));
    WorkflowStub gate = granting();
    assertThat(stage.until(gate, GateState.LIVE).round()).isEqualTo(2);
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(new RevokeRequest(ONE, 1, GateState.CHECKING, "changed"));
  }

  @Test
  void aFreezeIsWaitedOut() {
    Instant[] thaw = new Instant[1];
    world.grant =
        r -> {
          thaw[0] = world.now().plus(Duration.ofHours(5));
          return once(
              new GrantOutcome(
                  GrantStatus.FROZEN,
                  null,
                  null,
                  null,
                  null,
                  FailureType.NOT_NOW,
                  "frozen",
                  null,
                  thaw[0],
                  null));
        };
    WorkflowStub gate = granting();
    assertThat(stage.until(gate, v -> v.trouble() != null).state()).isEqualTo(GateState.GRANTING);
    stage.temporal.sleep(Duration.ofHours(4));
    assertThat(world.asked(GrantRequest.class)).hasSize(1);
    stage.temporal.sleep(Duration.ofHours(2));
    assertThat(stage.until(gate, GateState.LIVE).liveAt()).isAfterOrEqualTo(thaw[0]);
  }

  @Test
  void aFreezeThatEndedAlreadyDoesNotSpin() {
    world.grant =
        r ->
            new GrantOutcome(
                GrantStatus.FROZEN,
                null,
                null,
                null,
                null,
                FailureType.NOT_NOW,
                "frozen",
                null,
                world.now().minusSeconds(5),
                null);
    WorkflowStub gate = granting();
    stage.until(gate, v -> v.trouble() != null);
    stage.temporal.sleep(Duration.ofMinutes(5));
    assertThat(world.asked(GrantRequest.class)).hasSizeBetween(2, 12);
    Stage.order(gate, OrderKind.WITHDRAW, ONE);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.WITHDRAWN);
  }

  @Test
  void aWithdrawalDuringAnOutageStopsTheAttemptAndRevokes() {
    world.grant =
        r -> {
          throw failing(FailureType.VAULT_UNAVAILABLE);
        };
    WorkflowStub gate = granting();
    stage.untilAsked(GrantRequest.class, r -> true);
    Stage.order(gate, OrderKind.WITHDRAW, ONE);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.WITHDRAWN);
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(
            new RevokeRequest(ONE, 1, GateState.WITHDRAWN, "op@example.com orders withdraw"));
    assertThat(world.activities().lastIndexOf("Grant"))
        .isLessThan(world.activities().indexOf("Revoke"));
  }

  @Test
  void aTakeBackThatOvertakesTheGrantSuspendsAtOnce() {
    world.grant = r -> whenOpen(world.granted(r));
    WorkflowStub gate = granting();
    stage.untilAsked(GrantRequest.class, r -> true);
    gate.signal("signOff", Letters.say(TAKE_BACK, RISK, "risk@example.com"));
    stage.until(gate, v -> v.said().size() == 4);
    latch.countDown();
    GateView view = stage.until(gate, GateState.SUSPENDED);
    assertThat(view.reasonType()).isEqualTo(FailureType.TAKEN_BACK);
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(
            new RevokeRequest(ONE, 1, GateState.SUSPENDED, "risk@example.com take-back risk"));
  }
}
