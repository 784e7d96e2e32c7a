package io.countersign.gate;

import io.countersign.activity.Resolution;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.Span;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** AWAITING_SIGN_OFF: people sign, reminders go out, and nobody's silence approves (I9). */
final class SignOffPhase {
  private final Gate gate;
  private final Correspondence correspondence;

  SignOffPhase(Gate gate, Correspondence correspondence) {
    this.gate = gate;
    this.correspondence = correspondence;
  }

  void run() {
    Resolution resolution = gate.memory.resolved();
    if (gate.memory.frozenUntil != null) {
      afterFreeze();
    }
    Instant from = Objects.requireNonNull(gate.memory.signOffsFrom);
    Instant deadline = from.plus(resolution.signOffs().deadline().duration());
    gate.identity.begin(
        gate,
        Duration.between(Times.now(), deadline)
            .plus(resolution.lifecycle().identityProof().duration()));
    while (gate.memory.state == GateState.AWAITING_SIGN_OFF) {
      Instant reminder = nextReminder(from, resolution.signOffs().reminders());
      gate.alarm.at(
          Times.earliest(deadline, reminder).orElse(deadline), "Sign-off deadline " + deadline);
      Workflow.await(() -> correspondence.ready() || gate.alarm.rang() || gate.full());
      correspondence.deal();
      if (gate.memory.state != GateState.AWAITING_SIGN_OFF) {
        return;
      }
      if (Times.passed(deadline)) {
        gate.turn(GateState.EXPIRED, FailureType.EXPIRED, "Nobody met the requirements in time.");
      } else if (Times.passed(reminder)) {
        remind();
      } else if (gate.full()) {
        gate.continueAsNew();
      }
    }
  }

  /** A freeze may last longer than people had to sign: their time begins anew. */
  private void afterFreeze() {
    gate.memory.frozenUntil = null;
    gate.memory.signOffsFrom = Times.now();
    String awaited =
        gate.memory.decision == null ? "" : String.join(", ", gate.memory.decision.awaiting());
    gate.tell(
        EntryKind.REMINDER,
        "after-freeze/" + gate.memory.round + "/" + gate.memory.signOffsFrom,
        "A freeze held the release up. Awaiting " + awaited);
  }

  private @Nullable Instant nextReminder(Instant from, List<Span> reminders) {
    int sent = gate.memory.remindersSent;
    return sent < reminders.size() ? from.plus(reminders.get(sent).duration()) : null;
  }

  private void remind() {
    gate.memory.remindersSent++;
    String awaited =
        gate.memory.decision == null ? "" : String.join(", ", gate.memory.decision.awaiting());
    gate.tell(
        EntryKind.REMINDER,
        "reminder/" + gate.memory.round + "/" + gate.memory.remindersSent,
        "Awaiting " + awaited);
  }
}
