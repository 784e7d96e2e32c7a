package io.countersign.gate;

import io.countersign.activity.GrantActivities.IdentityProved;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.release.GateState;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The wait for the workload's login as {@code probe}. It begins with the wait for people, so that a
 * workload that is already there costs no time after the last sign-off.
 */
final class Identity {
  private final Memory memory;
  private @Nullable CancellationScope scope;
  private @Nullable Promise<IdentityProved> proof;

  Identity(Memory memory) {
    this.memory = memory;
  }

  /** Starts the wait unless it runs or is over. */
  void begin(Gate gate, Duration patience) {
    if (memory.identityProvedAt == null && proof == null) {
      CancellationScope waiting =
          Workflow.newCancellationScope(() -> proof = Stubs.identity(gate.id, patience));
      waiting.run();
      scope = waiting;
    }
  }

  /** Starts the wait anew when an earlier one, begun with another patience, ended in vain. */
  void renew(Gate gate, Duration patience) {
    if (proof != null && proof.isCompleted() && proof.getFailure() != null) {
      end();
    }
    begin(gate, patience);
  }

  /** Whether the wait is over, one way or the other. */
  boolean over() {
    return memory.identityProvedAt != null || proof == null || proof.isCompleted();
  }

  /** Takes the answer; leaves GRANTING and answers false when there is no proof. */
  boolean take(Gate gate) {
    if (memory.identityProvedAt != null) {
      return true;
    }
    Promise<IdentityProved> answer = proof;
    proof = null;
    if (answer == null) {
      return false;
    }
    try {
      memory.identityProvedAt = answer.get().at();
      return true;
    } catch (ActivityFailure failure) {
      FailureType type = GateFailures.typeOf(failure);
      // A schedule-to-close timeout is none of the catalogue's types: nobody logged in within the
      // deadline.
      boolean late = type == FailureType.INTERNAL || type == FailureType.IDENTITY_NOT_PROVED;
      gate.close(
          late ? GateState.EXPIRED : GateState.FAILED,
          late ? FailureType.IDENTITY_NOT_PROVED : type,
          late ? FailureType.IDENTITY_NOT_PROVED.sentence() : GateFailures.detailOf(failure));
      return false;
    }
  }

  /** Stops waiting. */
  void end() {
    if (scope != null && proof != null && !proof.isCompleted()) {
      scope.cancel();
    }
    proof = null;
    scope = null;
  }
}
