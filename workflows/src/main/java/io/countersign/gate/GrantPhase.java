package io.countersign.gate;

import io.countersign.activity.GrantActivities.GrantOutcome;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** GRANTING: the workload's identity, then the one activity that decides again and writes. */
final class GrantPhase {
  private static final Duration SLOT_RETRY = Duration.ofSeconds(30);

  private final Gate gate;
  private final Correspondence correspondence;

  GrantPhase(Gate gate, Correspondence correspondence) {
    this.gate = gate;
    this.correspondence = correspondence;
  }

  void run() {
    if (gate.memory.grantDeadline == null) {
      gate.memory.grantDeadline =
          Times.now().plus(gate.memory.resolved().lifecycle().identityProof().duration());
    }
    if (gate.memory.identityProvedAt == null && !identity()) {
      return;
    }
    grant();
  }

  /** Waits for the workload's login, open to messages; false when the phase is over. */
  private boolean identity() {
    Instant deadline = Objects.requireNonNull(gate.memory.grantDeadline);
    Duration left = Duration.between(Times.now(), deadline);
    if (left.isNegative() || left.isZero()) {
      gate.close(
          GateState.EXPIRED,
          FailureType.IDENTITY_NOT_PROVED,
          FailureType.IDENTITY_NOT_PROVED.sentence());
      return false;
    }
    gate.identity.begin(gate, left);
    while (gate.memory.state == GateState.GRANTING && !gate.identity.over()) {
      gate.alarm.at(deadline, "The workload must prove its identity by " + deadline);
      Workflow.await(
          () -> gate.identity.over() || !gate.inbox.isEmpty() || gate.alarm.rang() || gate.full());
      correspondence.deal();
      if (gate.memory.state == GateState.GRANTING && !gate.identity.over()) {
        if (Times.passed(deadline)) {
          gate.identity.end();
          return identity();
        }
        if (gate.full()) {
          gate.continueAsNew();
        }
      }
    }
    gate.alarm.off();
    return gate.memory.state == GateState.GRANTING && gate.identity.take(gate);
  }

  private void grant() {
    if (!gate.memory.armed) {
      gate.memory.generation++;
      // From here on a role may exist: whatever happens next, the way out leads through REVOKING.
      gate.memory.armed = true;
    }
    GrantOutcome outcome;
    try {
      outcome =
          gate.grants("Decide again and write the role, generation " + gate.memory.generation)
              .grant(
                  new GrantRequest(
                      gate.id,
                      gate.memory.generation,
                      Workflow.getInfo().getFirstExecutionRunId()));
    } catch (ActivityFailure failure) {
      refused(GateFailures.typeOf(failure), GateFailures.detailOf(failure));
      return;
    }
    switch (outcome.status()) {
      case GRANTED -> live(outcome);
      case NOT_APPROVED -> notApproved(outcome);
      case SCOPE_CHANGED -> scopeChanged(outcome);
      case REFUSED ->
          refused(
              Objects.requireNonNullElse(outcome.type(), FailureType.NOT_APPROVED),
              outcome.detail());
      case FROZEN -> pause(outcome, Objects.requireNonNullElse(outcome.retryAt(), Times.now()));
      case NO_SLOT -> noSlot(outcome);
    }
  }

  private void live(GrantOutcome outcome) {
    Memory memory = gate.memory;
    memory.slot = outcome.slot();
    memory.grantId = outcome.grantId();
    memory.liveAt = outcome.liveAt();
    memory.expiresAt = outcome.expiresAt();
    memory.lastWatch = Times.now();
    memory.trouble = null;
    memory.fallback = null;
    memory.grantDeadline = null;
    memory.waitsUntil = null;
    memory.revokedAt = null;
    memory.successor = null;
    memory.cutoverEndsAt = null;
    gate.turn(GateState.LIVE, null, null);
    ReleaseId predecessor = memory.resolved().predecessor();
    if (predecessor != null) {
      Neighbours.wake(predecessor);
    }
  }

  private void notApproved(GrantOutcome outcome) {
    gate.memory.decision = outcome.decision();
    back(outcome, FailureType.NOT_APPROVED, GateState.AWAITING_SIGN_OFF);
  }

  private void scopeChanged(GrantOutcome outcome) {
    back(outcome, FailureType.SCOPE_CHANGED, GateState.CHECKING);
  }

  /**
   * A restored release goes back to where it waited. A role that an earlier attempt left behind is
   * revoked first.
   */
  private void back(GrantOutcome outcome, FailureType type, GateState firstTime) {
    gate.memory.grantDeadline = null;
    GateState fallback = gate.memory.fallback;
    gate.memory.fallback = null;
    GateState next = fallback == null ? firstTime : fallback;
    if (outcome.grantId() != null) {
      gate.revoke(next, type, outcome.detail());
    } else {
      gate.memory.armed = false;
      gate.turn(next, type, outcome.detail());
    }
  }

  private void refused(FailureType type, String why) {
    if (gate.memory.fallback != null) {
      GateState fallback = gate.memory.fallback;
      gate.memory.fallback = null;
      gate.memory.grantDeadline = null;
      gate.revoke(fallback, type, why);
    } else {
      gate.close(type.retryable() ? GateState.FAILED : GateState.REJECTED, type, why);
    }
  }

  private void noSlot(GrantOutcome outcome) {
    ReleaseId blocking = outcome.blockedBy();
    if (blocking != null) {
      Neighbours.wake(blocking);
    }
    pause(outcome, Times.now().plus(SLOT_RETRY));
  }

  /** Waits for the time or a message, whichever is first; then the phase runs again. */
  private void pause(GrantOutcome outcome, Instant until) {
    String why = outcome.detail();
    gate.memory.armed = outcome.grantId() != null;
    gate.memory.trouble = why;
    gate.show();
    gate.alarm.at(until, why);
    Workflow.await(() -> gate.alarm.rang() || gate.woken || !gate.inbox.isEmpty() || gate.full());
    gate.woken = false;
    boolean rang = gate.alarm.rang();
    if (rang) {
      gate.alarm.off();
    }
    correspondence.deal();
    if (gate.memory.state == GateState.GRANTING && gate.full()) {
      gate.continueAsNew();
    }
  }
}
