package io.countersign.gate;

import io.countersign.activity.GrantActivities.GrantOutcome;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.GrantStatus;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** GRANTING: the workload's identity, then the one activity that decides again and writes. */
final class GrantPhase {
  private static final Duration RETRY = Duration.ofSeconds(30);

  private final Gate gate;
  private final Correspondence correspondence;

  GrantPhase(Gate gate, Correspondence correspondence) {
    this.gate = gate;
    this.correspondence = correspondence;
  }

  void run() {
    Memory memory = gate.memory;
    if (memory.fallback != null && Times.passed(memory.waitsUntil)) {
      // The wait that an attempt to restore interrupted is over; the state it came from says so.
      gate.close(memory.fallback, memory.reasonType, String.valueOf(memory.trouble));
      memory.fallback = null;
      return;
    }
    if (memory.grantDeadline == null) {
      memory.grantDeadline =
          Times.now().plus(memory.resolved().lifecycle().identityProof().duration());
    }
    if (memory.identityProvedAt == null && !identity()) {
      return;
    }
    grant();
  }

  /** Waits for the workload's login, open to messages; false when the phase is over. */
  private boolean identity() {
    Instant deadline = Objects.requireNonNull(gate.memory.grantDeadline);
    Duration left = Duration.between(Times.now(), deadline);
    if (left.isNegative() || left.isZero()) {
      gate.identity.end();
      gate.close(
          GateState.EXPIRED,
          FailureType.IDENTITY_NOT_PROVED,
          FailureType.IDENTITY_NOT_PROVED.sentence());
      return false;
    }
    gate.identity.renew(gate, left);
    while (gate.memory.state == GateState.GRANTING && !gate.identity.over()) {
      gate.alarm.at(deadline, "The workload must prove its identity by " + deadline);
      Workflow.await(
          () -> gate.identity.over() || correspondence.ready() || gate.alarm.rang() || gate.full());
      correspondence.deal(gate.identity::over);
      if (gate.memory.state == GateState.GRANTING && !gate.identity.over()) {
        if (Times.passed(deadline)) {
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
    Memory memory = gate.memory;
    if (!memory.armed) {
      memory.generation++;
      memory.doubt = null;
      // From here on a role may exist: whatever happens next, the way out leads through REVOKING.
      memory.armed = true;
    }
    int accepted = gate.accepted;
    GrantOutcome outcome;
    try {
      outcome = write();
    } catch (ActivityFailure failure) {
      if (failure.getCause() instanceof CanceledFailure cancelled
          && memory.state == GateState.GRANTING) {
        throw cancelled;
      }
      if (memory.state == GateState.GRANTING) {
        refused(GateFailures.typeOf(failure), GateFailures.detailOf(failure));
      }
      return;
    }
    if (memory.state != GateState.GRANTING) {
      return;
    }
    switch (outcome.status()) {
      case GRANTED -> live(outcome);
      case NOT_APPROVED -> notApproved(outcome, accepted < gate.accepted);
      case SCOPE_CHANGED -> back(outcome, GateState.CHECKING);
      case REFUSED ->
          refused(
              Objects.requireNonNullElse(outcome.type(), FailureType.NOT_APPROVED),
              outcome.detail());
      case FROZEN -> frozen(outcome);
      case NO_SLOT -> noSlot(outcome);
    }
  }

  /** Waits for the answer, open to messages. An order that ends the release stops the attempt. */
  private GrantOutcome write() {
    GrantRequest request =
        new GrantRequest(
            gate.id, gate.memory.generation, Workflow.getInfo().getFirstExecutionRunId());
    String summary = "Decide again and write the role, generation " + request.generation();
    CompletablePromise<GrantOutcome> written = Workflow.newPromise();
    CancellationScope attempt =
        Workflow.newCancellationScope(
            () -> written.completeFrom(Async.function(Stubs.grant(summary)::grant, request)));
    gate.writing = written;
    attempt.run();
    while (!written.isCompleted() && gate.memory.state == GateState.GRANTING) {
      Workflow.await(() -> written.isCompleted() || correspondence.ready() || gate.full());
      correspondence.deal(written::isCompleted);
      if (!written.isCompleted() && (gate.full() || gate.memory.state != GateState.GRANTING)) {
        attempt.cancel("the release does not wait for this attempt any more");
        gate.awaitWriting();
        if (gate.memory.state == GateState.GRANTING && written.getFailure() != null) {
          gate.continueAsNew();
        }
      }
    }
    return written.get();
  }

  private void live(GrantOutcome outcome) {
    Memory memory = gate.memory;
    memory.slot = outcome.slot();
    memory.grantId = outcome.grantId();
    memory.liveAt = outcome.liveAt();
    memory.expiresAt = outcome.expiresAt();
    memory.endsBy = outcome.endsBy();
    memory.frozenUntil = null;
    memory.endReminders = 0;
    memory.lastWatch = Times.now();
    memory.trouble = null;
    memory.fallback = null;
    memory.grantDeadline = null;
    memory.waitsUntil = null;
    memory.revokedAt = null;
    memory.successor = null;
    memory.cutoverEndsAt = null;
    memory.overcome = null;
    boolean emergency = outcome.reviewBy() != null && memory.reviewBy == null;
    memory.reviewBy = outcome.reviewBy();
    gate.turn(GateState.LIVE, null, null);
    if (emergency) {
      gate.tell(
          EntryKind.REMINDER,
          "review/" + memory.generation,
          "Live. To be reviewed by " + memory.reviewBy + ": " + memory.resolved().emergency());
    }
    if (memory.doubt != null) {
      gate.revoke(GateState.SUSPENDED, FailureType.TAKEN_BACK, memory.doubt);
    }
    ReleaseId predecessor = memory.resolved().predecessor();
    if (predecessor != null) {
      Neighbours.wake(predecessor);
    }
  }

  private void notApproved(GrantOutcome outcome, boolean outdated) {
    if (outdated) {
      // Somebody signed while the activity was deciding: it decides again.
      gate.memory.armed = !nothingWritten(outcome);
      gate.close(GateState.GRANTING, null, outcome.detail());
      return;
    }
    gate.memory.decision = outcome.decision();
    back(outcome, GateState.AWAITING_SIGN_OFF);
  }

  /** A restored release goes back to where it waited. */
  private void back(GrantOutcome outcome, GateState firstTime) {
    FailureType type =
        outcome.status() == GrantStatus.SCOPE_CHANGED
            ? FailureType.SCOPE_CHANGED
            : FailureType.NOT_APPROVED;
    GateState fallback = gate.memory.fallback;
    gate.memory.armed = !nothingWritten(outcome);
    gate.memory.grantDeadline = null;
    gate.memory.fallback = null;
    gate.close(fallback == null ? firstTime : fallback, type, outcome.detail());
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

  /** Waits for the end of the freeze, and is judged again then: what was signed may be too old. */
  private void frozen(GrantOutcome outcome) {
    Instant until = Objects.requireNonNullElse(outcome.retryAt(), Times.now());
    if (outcome.frozenBy() != null) {
      gate.memory.frozenUntil = until;
    }
    pause(outcome, until);
  }

  private void noSlot(GrantOutcome outcome) {
    ReleaseId blocking = outcome.blockedBy();
    if (blocking != null) {
      Neighbours.wake(blocking);
    }
    pause(outcome, Times.now().plus(RETRY));
  }

  /** Waits for the time or a message, whichever is first; then the phase runs again. */
  private void pause(GrantOutcome outcome, Instant wanted) {
    Memory memory = gate.memory;
    if (!nothingWritten(outcome)) {
      gate.revoke(GateState.GRANTING, null, outcome.detail());
      return;
    }
    memory.armed = false;
    memory.trouble = outcome.detail();
    gate.show();
    Instant earliest = Times.now().plus(RETRY);
    Instant until =
        Times.earliest(wanted.isBefore(earliest) ? earliest : wanted, memory.waitsUntil)
            .orElse(earliest);
    gate.alarm.at(until, outcome.detail());
    Workflow.await(() -> gate.alarm.rang() || gate.woken || correspondence.ready() || gate.full());
    gate.woken = false;
    if (gate.alarm.rang()) {
      gate.alarm.off();
    }
    correspondence.deal();
    if (memory.state == GateState.GRANTING && gate.full()) {
      gate.continueAsNew();
    }
  }

  /** The activity names the grant that an earlier attempt left open, if there is one. */
  private static boolean nothingWritten(GrantOutcome outcome) {
    return outcome.grantId() == null;
  }
}
