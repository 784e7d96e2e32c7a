package io.countersign.gate;

import io.countersign.activity.GrantActivities.RevokeOutcome;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.policy.GatePolicy.Lifecycle;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** REVOKING: open and loud until the end of the access is proved (I8). */
final class Ending {
  /** How long an unproved revocation is quiet. */
  private static final Duration LOUD_AFTER = Duration.ofMinutes(5);

  private final Gate gate;
  private final Correspondence correspondence;
  private final Memory memory;

  Ending(Gate gate, Correspondence correspondence) {
    this.gate = gate;
    this.correspondence = correspondence;
    this.memory = gate.memory;
  }

  void run() {
    GateState wanted = Objects.requireNonNull(memory.after);
    Promise<RevokeOutcome> proof =
        Async.function(
            Stubs.endless("Revoke and prove, then " + wanted)::revoke,
            new RevokeRequest(gate.id, memory.generation, wanted, String.valueOf(memory.reason)));
    while (!proof.isCompleted()) {
      gate.alarm.at(Times.now().plus(LOUD_AFTER), "Loud when the revocation is not proved by then");
      Workflow.await(() -> proof.isCompleted() || gate.alarm.rang() || gate.inbox.holdsOrder());
      correspondence.dealWithOrders();
      if (gate.alarm.rang()) {
        gate.alarm.off();
        loud();
      }
    }
    gate.alarm.off();
    RevokeOutcome outcome = proof.get();
    memory.armed = false;
    memory.slot = null;
    memory.grantId = null;
    memory.revokedAt = outcome.provedAt();
    memory.trouble =
        outcome.rotate().isEmpty()
            ? null
            : "Rotate what was read through " + String.join(", ", outcome.rotate()) + ".";
    settle(Objects.requireNonNull(memory.after));
  }

  private void loud() {
    memory.alarms++;
    memory.trouble =
        "The revocation is not proved; access may live until " + memory.expiresAt + ".";
    gate.tell(EntryKind.ALARM, "alarm/" + memory.generation + "/" + memory.alarms, memory.trouble);
    gate.show();
  }

  private void settle(GateState next) {
    memory.after = null;
    if (memory.waitsUntil == null) {
      memory.waitsUntil = waitsUntil(next);
    }
    gate.turn(next);
    String order = memory.passOn;
    ReleaseId predecessor = memory.resolved().predecessor();
    if (next == GateState.ROLLED_BACK && order != null && predecessor != null) {
      Neighbours.passOn(predecessor, order);
    }
  }

  private @Nullable Instant waitsUntil(GateState next) {
    Lifecycle lifecycle = memory.resolved().lifecycle();
    if (next == GateState.SUSPENDED) {
      return Times.earliest(Times.now().plus(lifecycle.suspension().duration()), memory.expiresAt)
          .orElseThrow();
    }
    return next.ended() ? null : Times.now().plus(lifecycle.standby().duration());
  }
}
