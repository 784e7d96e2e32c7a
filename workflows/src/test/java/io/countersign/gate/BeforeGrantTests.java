package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.policy.GateFunction.MLOPS;
import static io.countersign.policy.GateFunction.RISK;
import static io.countersign.policy.GateFunction.SECURITY;
import static io.countersign.signoff.SignOffDecision.REJECT;
import static io.countersign.signoff.SignOffDecision.TAKE_BACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.IdentityProved;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.activity.SubmissionActivities.ReviewOutcome;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ways that a release takes before anything is written to Vault. */
class BeforeGrantTests extends GateScenario {
  private void grantsNothing() {
    assertThat(world.asked(GrantRequest.class)).isEmpty();
    assertThat(world.asked(RevokeRequest.class)).isEmpty();
  }

  @Test
  void aSubmissionThatIsRefusedIsRejected() {
    world.resolve =
        s -> {
          throw failing(FailureType.BAD_SIGNATURE);
        };
    GateView end = stage.result(stage.submit(ONE));
    assertThat(end.state()).isEqualTo(GateState.REJECTED);
    assertThat(end.reasonType()).isEqualTo(FailureType.BAD_SIGNATURE);
    grantsNothing();
  }

  @Test
  void machineryThatGivesUpFailsTheRelease() {
    world.check =
        (name, r) -> {
          throw failingForGood(FailureType.CHECK_BROKEN);
        };
    WorkflowStub gate = stage.submit(ONE);
    assertThatThrownBy(() -> stage.result(gate))
        .isInstanceOf(WorkflowFailedException.class)
        .cause()
        .isInstanceOfSatisfying(
            ApplicationFailure.class, f -> assertThat(f.getType()).isEqualTo("CHECK_BROKEN"));
    assertThat(Stage.view(gate).state()).isEqualTo(GateState.FAILED);
    grantsNothing();
  }

  @Test
  void anOutageIsWaitedOut() {
    world.resolve =
        s -> {
          world.resolve = t -> Rules.resolution(null);
          throw failing(FailureType.DATABASE_UNAVAILABLE);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.temporal.sleep(Duration.ofSeconds(10));
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
  }

  @Test
  void aFailedCheckRejectsBeforeAnybodyIsAsked() {
    world.check = (name, r) -> new CheckVerdict(name, "fail", "poor", World.digest(name));
    world.review =
        r ->
            new ReviewOutcome(
                World.digest("review"),
                new DecisionView(
                    DecisionView.Status.REJECTED,
                    List.of(),
                    List.of(),
                    FailureType.CHECK_FAILED,
                    "mlops.model-quality"));
    GateView end = stage.result(stage.submit(ONE));
    assertThat(end.state()).isEqualTo(GateState.REJECTED);
    assertThat(end.reasonType()).isEqualTo(FailureType.CHECK_FAILED);
    assertThat(end.checks())
        .extracting(CheckVerdict::check)
        .containsExactlyElementsOf(Rules.CHECKS);
    grantsNothing();
  }

  @Test
  void onePersonsRejectEndsTheRelease() {
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    gate.signal("signOff", Letters.approve(MLOPS));
    gate.signal("signOff", Letters.say(REJECT, RISK, "rita@example.com"));
    GateView end = stage.result(gate);
    assertThat(end.state()).isEqualTo(GateState.REJECTED);
    assertThat(end.reasonType()).isEqualTo(FailureType.REJECTED);
    grantsNothing();
  }

  @Test
  void nobodysSilenceApproves() {
    GateView end = stage.result(stage.submit(ONE));
    assertThat(end.state()).isEqualTo(GateState.EXPIRED);
    assertThat(end.signOffDeadline()).isBeforeOrEqualTo(world.now());
    assertThat(world.asked(Telling.class))
        .extracting(Telling::kind, Telling::key, Telling::detail)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                EntryKind.REMINDER, "reminder/1/1", "Awaiting mlops, security, risk"),
            org.assertj.core.groups.Tuple.tuple(
                EntryKind.REMINDER, "reminder/1/2", "Awaiting mlops, security, risk"),
            org.assertj.core.groups.Tuple.tuple(
                EntryKind.COMPLETE, "complete", "Nobody met the requirements in time."));
    grantsNothing();
  }

  @Test
  void aTakeBackWhileOthersAreAwaitedIsAwaitedAgain() {
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    gate.signal("signOff", Letters.approve(MLOPS));
    gate.signal("signOff", Letters.approve(RISK));
    gate.signal("signOff", Letters.say(TAKE_BACK, RISK, "risk@example.com"));
    GateView view = stage.until(gate, v -> v.said().size() == 3);
    assertThat(view.state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
    assertThat(view.decision().awaiting()).containsExactly("security", "risk");
    gate.signal("signOff", Letters.approve(SECURITY));
    gate.signal("signOff", Letters.approve(RISK));
    stage.until(gate, GateState.LIVE);
  }

  @Test
  void aRecheckRunsEveryCheckAgainAndAsksAgain() {
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.order(gate, OrderKind.RECHECK, ONE);
    GateView view =
        stage.until(gate, v -> v.round() == 2 && v.state() == GateState.AWAITING_SIGN_OFF);
    assertThat(view.reviewDigest()).isEqualTo(World.digest("review 2"));
    assertThat(world.asked(CheckRequest.class))
        .filteredOn(new CheckRequest(ONE, 2)::equals)
        .hasSize(5);
  }

  @Test
  void signOffsThatComeDuringTheChecksWaitForTheReview() {
    world.check = (name, r) -> whenOpen(new CheckVerdict(name, "pass", "fine", World.digest(name)));
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.CHECKING);
    Stage.approve(gate);
    latch.countDown();
    stage.until(gate, GateState.LIVE);
    assertThat(world.activities().indexOf("Assess"))
        .isGreaterThan(world.activities().indexOf("Review"));
  }

  @Test
  void aReleaseIsWithdrawnDuringItsChecks() {
    world.check = (name, r) -> whenOpen(new CheckVerdict(name, "pass", "fine", World.digest(name)));
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.CHECKING);
    Stage.order(gate, OrderKind.WITHDRAW, ONE);
    assertThat(stage.until(gate, GateState.WITHDRAWN).said()).hasSize(1);
    grantsNothing();
  }

  @Test
  void aReleaseIsWithdrawnWhilePeopleAreAwaited() {
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.order(gate, OrderKind.WITHDRAW, ONE);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.WITHDRAWN);
    grantsNothing();
  }

  @Test
  void aReleaseIsWithdrawnWhileItsWorkloadIsAwaited() {
    world.identity =
        r -> {
          throw failing(FailureType.IDENTITY_NOT_PROVED);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    stage.until(gate, GateState.GRANTING);
    Stage.order(gate, OrderKind.WITHDRAW, ONE);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.WITHDRAWN);
    grantsNothing();
  }

  @Test
  void aWorkloadThatNeverProvesItselfGetsNothing() {
    world.identity =
        r -> {
          throw failing(FailureType.IDENTITY_NOT_PROVED);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    GateView end = stage.result(gate);
    assertThat(end.state()).isEqualTo(GateState.EXPIRED);
    assertThat(end.reasonType()).isEqualTo(FailureType.IDENTITY_NOT_PROVED);
    grantsNothing();
  }

  @Test
  void aWorkloadThatComesLateIsStillGranted() {
    world.identity =
        r -> {
          throw failing(FailureType.IDENTITY_NOT_PROVED);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    stage.until(gate, GateState.GRANTING);
    stage.temporal.sleep(Duration.ofMinutes(30));
    world.identity = r -> new IdentityProved(world.now());
    stage.temporal.sleep(Duration.ofMinutes(2));
    assertThat(stage.until(gate, GateState.LIVE).identityProvedAt()).isNotNull();
  }

  @Test
  void aTakeBackWhileTheWorkloadIsAwaitedGoesBackToThePeople() {
    world.identity =
        r -> {
          throw failing(FailureType.IDENTITY_NOT_PROVED);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    stage.until(gate, GateState.GRANTING);
    gate.signal("signOff", Letters.say(TAKE_BACK, RISK, "risk@example.com"));
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    stage.temporal.sleep(Duration.ofHours(2));
    assertThat(Stage.view(gate).state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
    grantsNothing();
  }
}
