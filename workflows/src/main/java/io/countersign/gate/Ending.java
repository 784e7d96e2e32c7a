package io.countersign.gate;

import io.countersign.activity.GrantActivities.RevokeOutcome;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.failure.GateFailures;
import io.countersign.policy.GatePolicy.Lifecycle;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.failure.ActivityFailure;
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

  private static final Duration LOUD_AGAIN = Duration.ofHours(1);

  /** When an attempt that failed for good is made again. */
  private static final Duration AGAIN = Duration.ofSeconds(30);

  private final Gate gate;
  private final Correspondence correspondence;
  private final Memory memory;

  Ending(Gate gate, Correspondence correspondence) {
    this.gate = gate;
    this.correspondence = correspondence;
    this.memory = gate.memory;
  }

  /** Runs detached: no cancellation keeps access alive. */
  void run() {
    Workflow.newDetachedCancellationScope(this::end).run();
  }

  private void end() {
    gate.awaitWriting();
    @Nullable RevokeOutcome outcome;
    GateState wanted;
    do {
      wanted = Objects.requireNonNull(memory.after);
      outcome = prove(wanted);
      // An order that came meanwhile leads elsewhere: the record is told of that way too.
    } while (outcome == null || memory.after != wanted);
    memory.armed = false;
    memory.doubt = null;
    memory.slot = null;
    memory.grantId = null;
    memory.revokedAt = outcome.provedAt();
    memory.trouble =
        outcome.rotate().isEmpty()
            ? null
            : "Rotate what was read through " + String.join(", ", outcome.rotate()) + ".";
    settle(wanted);
  }

  /** The proof, or null when the attempt ended without one and has to be made again. */
  private @Nullable RevokeOutcome prove(GateState wanted) {
    Promise<RevokeOutcome> proof =
        Async.function(
            Stubs.endless("Revoke and prove, then " + wanted)::revoke,
            new RevokeRequest(gate.id, memory.generation, wanted, String.valueOf(memory.reason)));
    Instant loud = Times.now().plus(LOUD_AFTER);
    while (!proof.isCompleted()) {
      gate.alarm.at(loud, "Loud when the revocation is not proved by then");
      Workflow.await(
          () -> proof.isCompleted() || gate.alarm.rang() || correspondence.ready() || gate.full());
      correspondence.deal(() -> proof.isCompleted() || gate.alarm.rang());
      if (!proof.isCompleted() && Times.passed(loud)) {
        loud = Times.now().plus(LOUD_AGAIN);
        loud("");
      }
      if (!proof.isCompleted() && gate.full()) {
        gate.continueAsNew();
      }
    }
    gate.alarm.off();
    try {
      return proof.get();
    } catch (ActivityFailure failure) {
      // Not even a permanent failure ends this: the release stays open and loud (I8).
      loud(" " + GateFailures.typeOf(failure) + ": " + GateFailures.detailOf(failure));
      Instant again = Times.now().plus(AGAIN);
      while (!Times.passed(again)) {
        gate.alarm.at(again, "Revoke again");
        Workflow.await(() -> gate.alarm.rang() || correspondence.ready() || gate.full());
        correspondence.deal(gate.alarm::rang);
        if (gate.full()) {
          gate.continueAsNew();
        }
      }
      gate.alarm.off();
      return null;
    }
  }

  private void loud(String why) {
    memory.alarms++;
    String trouble =
        "The revocation is not proved; access may live until " + memory.expiresAt + "." + why;
    memory.trouble = trouble;
    gate.tell(EntryKind.ALARM, "alarm/" + memory.generation + "/" + memory.alarms, trouble);
    gate.show();
  }

  private void settle(GateState next) {
    memory.after = null;
    memory.waitsUntil = waitsUntil(next);
    if (next == GateState.AWAITING_SIGN_OFF || next == GateState.CHECKING) {
      memory.grantDeadline = null;
    }
    gate.turn(next);
    if (next == GateState.AWAITING_SIGN_OFF) {
      correspondence.decided(memory.decision);
    }
    String order = memory.passOn;
    ReleaseId predecessor = memory.resolved().predecessor();
    if (next == GateState.ROLLED_BACK && order != null && predecessor != null) {
      Neighbours.passOn(predecessor, order);
    }
  }

  /** A wait that was interrupted by a vain attempt to restore keeps its end. */
  private @Nullable Instant waitsUntil(GateState next) {
    Lifecycle lifecycle = memory.resolved().lifecycle();
    Instant already = memory.waitsUntil;
    if (next == GateState.SUSPENDED) {
      Instant limit = Times.now().plus(lifecycle.suspension().duration());
      return already == null ? Times.earliest(limit, memory.expiresAt).orElse(limit) : already;
    }
    if (next == GateState.STANDBY || memory.fallback == GateState.STANDBY) {
      return already == null ? Times.now().plus(lifecycle.standby().duration()) : already;
    }
    return memory.fallback == null ? null : already;
  }
}
