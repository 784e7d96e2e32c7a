package io.countersign.gate;

import io.countersign.activity.DecisionView;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.activity.MessageOutcome;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Deals with one message after the other: has it verified and recorded, then does what it says.
 * Verifying may take as long as an outage of the record; whoever has something else to watch
 * interrupts the wait and comes back to it.
 */
final class Correspondence {
  private final Gate gate;
  private Inbox.@Nullable Message open;
  private @Nullable Promise<MessageOutcome> assessment;

  Correspondence(Gate gate) {
    this.gate = gate;
  }

  /** Whether dealing would get something done now. */
  boolean ready() {
    return assessment == null ? !gate.inbox.isEmpty() : assessment.isCompleted();
  }

  /** Deals with what waits until the state changes. */
  void deal() {
    deal(false, () -> false);
  }

  /** Deals with what waits until the state changes or somebody has to look elsewhere. */
  void deal(Supplier<Boolean> interrupted) {
    deal(false, interrupted);
  }

  /** Deals with orders only: sign-offs wait until there is something to sign off. */
  void dealWithOrders() {
    deal(true, () -> false);
  }

  private void deal(boolean ordersOnly, Supplier<Boolean> interrupted) {
    GateState before = gate.memory.state;
    while (gate.memory.state == before) {
      if (!dealWithOne(ordersOnly, interrupted)) {
        return;
      }
    }
  }

  /** Answers what is left once the release has ended, so that nobody waits for ever. */
  void answerAll() {
    boolean more = true;
    while (more) {
      more = dealWithOne(false, () -> false);
    }
  }

  private boolean dealWithOne(boolean ordersOnly, Supplier<Boolean> interrupted) {
    Inbox.Message message = open == null ? gate.inbox.take(ordersOnly) : open;
    if (message == null) {
      return false;
    }
    open = message;
    Promise<MessageOutcome> running = assessment == null ? assess(message) : assessment;
    Workflow.await(() -> running.isCompleted() || interrupted.get());
    if (!running.isCompleted()) {
      return false;
    }
    open = null;
    assessment = null;
    gate.inbox.done();
    conclude(message, running);
    return true;
  }

  /** Detached: a message that has arrived is recorded even when the workflow is cancelled. */
  private Promise<MessageOutcome> assess(Inbox.Message message) {
    AssessRequest request = new AssessRequest(gate.id, gate.memory.state, message.text);
    CompletablePromise<MessageOutcome> started = Workflow.newPromise();
    Workflow.newDetachedCancellationScope(
            () -> started.completeFrom(Async.function(gate.letters::assess, request)))
        .run();
    assessment = started;
    return started;
  }

  private void conclude(Inbox.Message message, Promise<MessageOutcome> assessed) {
    MessageOutcome outcome;
    try {
      outcome = assessed.get();
    } catch (ActivityFailure failure) {
      message.detail = GateFailures.detailOf(failure);
      message.refusal = GateFailures.typeOf(failure);
      gate.memory.refusals++;
      gate.show();
      return;
    }
    FailureType refusal = outcome.refusal();
    if (refusal != null) {
      gate.memory.refusals++;
      message.detail = outcome.detail();
      message.refusal = refusal;
      gate.show();
      return;
    }
    gate.accepted++;
    gate.memory.say(
        new Memory.Said(
            Times.now(), String.valueOf(outcome.person()), outcome.detail(), outcome.bearer()));
    if (outcome.decision() != null) {
      gate.memory.decision = outcome.decision();
    }
    if (Boolean.TRUE.equals(outcome.reviewed())) {
      gate.memory.reviewBy = null;
    }
    follow(outcome, message.text);
    gate.show();
    message.receipt =
        new Receipt(
            gate.id, gate.memory.state, outcome.statement(), outcome.detail(), outcome.decision());
  }

  private void follow(MessageOutcome outcome, String text) {
    OrderKind order = outcome.order();
    SignOffDecision signOff = outcome.signOff();
    if (order != null) {
      follow(order, outcome, text);
    } else if (signOff != null && !gate.memory.state.ended()) {
      follow(signOff, outcome);
    }
  }

  private void follow(SignOffDecision said, MessageOutcome outcome) {
    Memory memory = gate.memory;
    boolean no = said == SignOffDecision.TAKE_BACK || said == SignOffDecision.REJECT;
    if (memory.state == GateState.LIVE && no) {
      gate.revoke(GateState.SUSPENDED, FailureType.TAKEN_BACK, outcome.detail());
    } else if (memory.state == GateState.GRANTING && memory.armed) {
      // A role may be being written: the activity decides with this voice, or it was too late for
      // that and the release is suspended.
      memory.doubt = no ? outcome.detail() : memory.doubt;
    } else if (memory.state == GateState.GRANTING && memory.fallback != null && no) {
      gate.turn(memory.fallback, FailureType.TAKEN_BACK, outcome.detail());
    } else if (memory.state == GateState.AWAITING_SIGN_OFF
        || (memory.state == GateState.GRANTING && memory.fallback == null)) {
      decided(outcome.decision());
    }
  }

  /** Follows the decision as it stands before the first grant. */
  void decided(@Nullable DecisionView decision) {
    if (decision == null) {
      return;
    }
    switch (decision.status()) {
      case APPROVED -> {
        if (gate.memory.state != GateState.GRANTING) {
          gate.turn(GateState.GRANTING);
        }
      }
      case REJECTED ->
          gate.close(
              GateState.REJECTED,
              Objects.requireNonNullElse(decision.type(), FailureType.REJECTED),
              String.valueOf(decision.why()));
      case PENDING -> {
        if (gate.memory.state == GateState.GRANTING) {
          gate.memory.grantDeadline = null;
          gate.turn(GateState.AWAITING_SIGN_OFF);
        }
      }
    }
  }

  private void follow(OrderKind order, MessageOutcome outcome, String text) {
    Memory memory = gate.memory;
    String why = outcome.detail();
    boolean ofSuccessor = !gate.id.equals(outcome.ordered());
    switch (order) {
      case WITHDRAW -> {
        if (memory.state.beforeLive()) {
          gate.close(GateState.WITHDRAWN, FailureType.REJECTED, why);
        }
      }
      case RECHECK -> {
        if (memory.state == GateState.AWAITING_SIGN_OFF) {
          gate.turn(GateState.CHECKING);
        }
      }
      case SUSPEND -> {
        if (memory.state == GateState.LIVE) {
          gate.revoke(GateState.SUSPENDED, null, why);
        }
      }
      case RESTORE -> {
        if (memory.state == GateState.SUSPENDED) {
          restore();
        }
      }
      case RETIRE -> end(GateState.RETIRED, why);
      case ROLLBACK -> {
        if (ofSuccessor) {
          takeOver(outcome.ordered());
        } else {
          memory.passOn = text;
          end(GateState.ROLLED_BACK, why);
        }
      }
    }
  }

  private void end(GateState end, String why) {
    Memory memory = gate.memory;
    GateState after = memory.after;
    if (memory.state == GateState.REVOKING && after != null) {
      // A rollback also turns an end that has begun into one that hands over to the predecessor.
      boolean handsOver = end == GateState.ROLLED_BACK && memory.liveAt != null;
      if (!after.ended() || handsOver) {
        memory.after = end;
        memory.reason = why;
      }
    } else if (memory.state == GateState.LIVE
        || memory.state == GateState.SUSPENDED
        || memory.state == GateState.STANDBY
        || (memory.state == GateState.GRANTING && memory.fallback != null)) {
      gate.revoke(end, null, why);
    }
  }

  private void takeOver(@Nullable ReleaseId successor) {
    if (gate.memory.state == GateState.STANDBY) {
      restore();
    } else if (gate.memory.state == GateState.LIVE) {
      gate.memory.overcome = successor;
      gate.memory.successor = null;
      gate.memory.cutoverEndsAt = null;
      gate.alarm.off();
    } else if (gate.memory.state == GateState.REVOKING && gate.memory.after == GateState.STANDBY) {
      gate.memory.after = GateState.GRANTING;
      gate.memory.fallback = GateState.STANDBY;
    }
  }

  private void restore() {
    gate.memory.fallback = gate.memory.state;
    gate.turn(GateState.GRANTING, null, null);
  }
}
