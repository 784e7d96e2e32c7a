package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activity.CheckVerdict;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.IdentityRequest;
import io.countersign.activity.GrantActivities.RevokeOutcome;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.CanceledFailure;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Cancelling a workflow is no order, but it leaves no access behind. */
class CancellationTests extends GateScenario {
  private GateView cancelled(WorkflowStub gate) {
    gate.cancel();
    return ended(gate);
  }

  private GateView ended(WorkflowStub gate) {
    assertThatThrownBy(() -> stage.result(gate))
        .isInstanceOf(WorkflowFailedException.class)
        .hasCauseInstanceOf(CanceledFailure.class);
    GateView view = Stage.view(gate);
    assertThat(world.asked(Telling.class))
        .filteredOn(t -> t.kind() == EntryKind.COMPLETE)
        .isNotEmpty()
        .allSatisfy(t -> assertThat(t.state()).isEqualTo(view.state()));
    return view;
  }

  private void revokedOnce(GateState next) {
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(new RevokeRequest(ONE, 1, next, "The workflow was cancelled."));
  }

  @Test
  void duringItsResolution() {
    world.resolve =
        s -> {
          throw failing(FailureType.DATABASE_UNAVAILABLE);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.untilAsked(io.countersign.activity.Submission.class, s -> true);
    assertThat(cancelled(gate).state()).isEqualTo(GateState.WITHDRAWN);
    assertThat(world.asked(RevokeRequest.class)).isEmpty();
  }

  @Test
  void duringItsChecks() {
    world.check = (name, r) -> whenOpen(new CheckVerdict(name, "pass", "fine", World.digest(name)));
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.CHECKING);
    assertThat(cancelled(gate).state()).isEqualTo(GateState.WITHDRAWN);
  }

  @Test
  void whilePeopleAreAwaited() {
    world.identity =
        r -> {
          throw failing(FailureType.IDENTITY_NOT_PROVED);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    stage.untilAsked(IdentityRequest.class, r -> true);
    assertThat(cancelled(gate).state()).isEqualTo(GateState.WITHDRAWN);
    assertThat(world.asked(RevokeRequest.class)).isEmpty();
  }

  @Test
  void whileItsWorkloadIsAwaited() {
    world.identity =
        r -> {
          throw failing(FailureType.IDENTITY_NOT_PROVED);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    stage.until(gate, GateState.GRANTING);
    assertThat(cancelled(gate).state()).isEqualTo(GateState.WITHDRAWN);
    assertThat(world.asked(RevokeRequest.class)).isEmpty();
  }

  /** The in-memory server loses an attempt that fails after its cancellation was asked for. */
  @Test
  void whileItsRoleMayBeWritten() {
    world.grant = r -> whenOpen(world.granted(r));
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    stage.untilAsked(GrantRequest.class, r -> true);
    gate.cancel();
    stage.untilEvent(ONE, EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED);
    latch.countDown();
    assertThat(ended(gate).state()).isEqualTo(GateState.WITHDRAWN);
    revokedOnce(GateState.WITHDRAWN);
  }

  @Test
  void whileItIsLive() {
    WorkflowStub gate = stage.live(ONE);
    assertThat(cancelled(gate).state()).isEqualTo(GateState.RETIRED);
    revokedOnce(GateState.RETIRED);
  }

  @Test
  void whileItIsSuspended() {
    WorkflowStub gate = stage.live(ONE);
    Stage.order(gate, OrderKind.SUSPEND, ONE);
    stage.until(gate, GateState.SUSPENDED);
    assertThat(cancelled(gate).state()).isEqualTo(GateState.RETIRED);
    assertThat(world.asked(RevokeRequest.class)).hasSize(1);
  }

  @Test
  void whileItIsBeingRevoked() {
    world.revoke = r -> whenOpen(new RevokeOutcome(world.now(), List.of()));
    WorkflowStub gate = stage.live(ONE);
    Stage.order(gate, OrderKind.ROLLBACK, ONE);
    stage.until(gate, GateState.REVOKING);
    CompletableFuture<Void> opening =
        CompletableFuture.runAsync(
            latch::countDown, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
    assertThat(cancelled(gate).state()).isEqualTo(GateState.ROLLED_BACK);
    opening.join();
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(
            new RevokeRequest(ONE, 1, GateState.ROLLED_BACK, "op@example.com orders rollback"));
  }
}
