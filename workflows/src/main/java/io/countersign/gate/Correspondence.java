package io.countersign.gate;

import io.countersign.activity.DecisionView;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.activity.MessageOutcome;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.temporal.failure.ActivityFailure;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Deals with one message after the other: has it verified and recorded, then does what it says. */
final class Correspondence {
  private final Gate gate;

  Correspondence(Gate gate) {
    this.gate = gate;
  }

  /** Deals with what waits until the state changes. */
  void deal() {
    GateState before = gate.memory.state;
    while (gate.memory.state == before) {
      Inbox.Message message = gate.inbox.take();
      if (message == null) {
        return;
      }
      deal(message);
    }
  }

  /** Deals with orders only: sign-offs wait until there is something to sign off. */
  void dealWithOrders() {
    GateState before = gate.memory.state;
    while (gate.memory.state == before) {
      Inbox.Message message = gate.inbox.takeOrder();
      if (message == null) {
        return;
      }
      deal(message);
    }
  }

  /** Answers what is left once the release has ended, so that nobody waits for ever. */
  void answerAll() {
    Inbox.Message message = gate.inbox.take();
    while (message != null) {
      deal(message);
      message = gate.inbox.take();
    }
  }

  private void deal(Inbox.Message message) {
    MessageOutcome outcome;
    try {
      outcome = gate.letters.assess(new AssessRequest(gate.id, gate.memory.state, message.text));
    } catch (ActivityFailure failure) {
      message.detail = GateFailures.detailOf(failure);
      message.refusal = GateFailures.typeOf(failure);
      gate.memory.refusals++;
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
    gate.memory.say(
        new Memory.Said(Times.now(), String.valueOf(outcome.person()), outcome.detail()));
    if (outcome.decision() != null) {
      gate.memory.decision = outcome.decision();
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
    boolean no = said == SignOffDecision.TAKE_BACK || said == SignOffDecision.REJECT;
    if (gate.memory.state == GateState.LIVE && no) {
      gate.revoke(GateState.SUSPENDED, FailureType.TAKEN_BACK, outcome.detail());
    } else if (gate.memory.state == GateState.AWAITING_SIGN_OFF
        || (gate.memory.state == GateState.GRANTING && gate.memory.fallback == null)) {
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
          takeOver();
        } else {
          memory.passOn = text;
          end(GateState.ROLLED_BACK, why);
        }
      }
    }
  }

  private void end(GateState end, String why) {
    GateState state = gate.memory.state;
    if (state == GateState.REVOKING && gate.memory.after != null && !gate.memory.after.ended()) {
      gate.memory.after = end;
      gate.memory.reason = why;
    } else if (state == GateState.LIVE
        || state == GateState.SUSPENDED
        || state == GateState.STANDBY
        || (state == GateState.GRANTING && gate.memory.fallback != null)) {
      gate.revoke(end, null, why);
    }
  }

  private void takeOver() {
    if (gate.memory.state == GateState.STANDBY) {
      restore();
    } else if (gate.memory.state == GateState.LIVE) {
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
