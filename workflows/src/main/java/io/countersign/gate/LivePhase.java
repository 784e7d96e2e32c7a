package io.countersign.gate;

import io.countersign.activity.GrantActivities.WatchReport;
import io.countersign.activity.GrantActivities.WatchRequest;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.policy.GatePolicy.Lifecycle;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** LIVE: the end of validity, the drift watch and the cutover to a successor. */
final class LivePhase {
  private final Gate gate;
  private final Correspondence correspondence;
  private final Memory memory;
  private CancellationScope watching;
  private @Nullable Promise<WatchReport> look;

  LivePhase(Gate gate, Correspondence correspondence) {
    this.gate = gate;
    this.correspondence = correspondence;
    this.memory = gate.memory;
    this.watching = Workflow.newCancellationScope(() -> {});
  }

  void run() {
    Lifecycle lifecycle = memory.resolved().lifecycle();
    Instant expiresAt = Objects.requireNonNull(memory.expiresAt);
    while (memory.state == GateState.LIVE) {
      Instant nextWatch = look == null ? nextWatch(lifecycle) : null;
      Instant reminder = nextReminder(expiresAt);
      Instant due =
          Times.earliest(expiresAt, nextWatch, memory.cutoverEndsAt, reminder, memory.reviewBy)
              .orElse(expiresAt);
      gate.alarm.at(due, "Next look at Vault; valid until " + expiresAt);
      Workflow.await(
          () ->
              correspondence.ready()
                  || gate.alarm.rang()
                  || (look == null ? gate.woken || gate.full() : look.isCompleted()));
      correspondence.deal(gate.alarm::rang);
      boolean over = Times.passed(expiresAt) || Times.passed(memory.reviewBy);
      if (memory.state == GateState.LIVE && Times.passed(reminder) && !over) {
        remind(expiresAt);
      } else if (memory.state == GateState.LIVE) {
        act(lifecycle, expiresAt, nextWatch);
      }
    }
    if (look != null) {
      watching.cancel("the release is not live any more");
    }
  }

  private void act(Lifecycle lifecycle, Instant expiresAt, @Nullable Instant nextWatch) {
    if (Times.passed(expiresAt)) {
      gate.revoke(
          GateState.EXPIRED,
          FailureType.EXPIRED,
          memory.endsBy == null
              ? "The validity has ended."
              : "The access ended with " + memory.endsBy + ".");
    } else if (Times.passed(memory.reviewBy)) {
      gate.revoke(
          GateState.EXPIRED,
          FailureType.REVIEW_OVERDUE,
          FailureType.REVIEW_OVERDUE.sentence() + " " + memory.resolved().emergency());
    } else if (Times.passed(memory.cutoverEndsAt)) {
      gate.revoke(GateState.STANDBY, null, "Superseded by " + memory.successor + ".");
    } else if (look != null) {
      if (look.isCompleted()) {
        seen(look, lifecycle);
      }
    } else if (gate.woken || Times.passed(nextWatch)) {
      gate.woken = false;
      watch();
    } else if (gate.full()) {
      gate.continueAsNew();
    }
  }

  /** Nobody is reminded of the end of the validity: it was agreed on when the release was. */
  private @Nullable Instant nextReminder(Instant expiresAt) {
    Instant from = Objects.requireNonNull(memory.liveAt);
    Instant end =
        memory.endsBy == null ? null : Countdown.next(expiresAt, from, memory.endReminders);
    return Times.earliest(end, nextReviewReminder()).orElse(null);
  }

  private @Nullable Instant nextReviewReminder() {
    return memory.reviewBy == null
        ? null
        : Countdown.next(
            memory.reviewBy, Objects.requireNonNull(memory.liveAt), memory.reviewReminders);
  }

  private void remind(Instant expiresAt) {
    if (Times.passed(nextReviewReminder())) {
      memory.reviewReminders++;
      gate.tell(
          EntryKind.REMINDER,
          "review/" + memory.generation + "/" + memory.reviewReminders,
          "To be reviewed by " + memory.reviewBy + ": " + memory.resolved().emergency());
      return;
    }
    memory.endReminders++;
    gate.tell(
        EntryKind.REMINDER,
        "end/" + memory.generation + "/" + memory.endReminders,
        "The access ends at " + expiresAt + " with " + memory.endsBy);
  }

  private Instant nextWatch(Lifecycle lifecycle) {
    return Objects.requireNonNullElse(memory.lastWatch, Times.now())
        .plus(lifecycle.drift().duration());
  }

  /** Looks without waiting: neither an order nor the end of validity waits for Vault to answer. */
  private void watch() {
    memory.lastWatch = Times.now();
    CompletablePromise<WatchReport> started = Workflow.newPromise();
    watching =
        Workflow.newCancellationScope(
            () ->
                started.completeFrom(
                    Async.function(
                        Stubs.watch()::watch, new WatchRequest(gate.id, memory.generation))));
    look = started;
    watching.run();
  }

  private void seen(Promise<WatchReport> looked, Lifecycle lifecycle) {
    look = null;
    WatchReport report;
    try {
      report = looked.get();
    } catch (ActivityFailure failure) {
      alarm(GateFailures.detailOf(failure));
      return;
    }
    switch (report.drift()) {
      case WIDENED -> {
        gate.revoke(GateState.SUSPENDED, FailureType.SCOPE_CHANGED, report.detail());
        return;
      }
      case SUPPLIER_WITHDRAWN -> {
        gate.revoke(GateState.SUSPENDED, FailureType.SUPPLIER_WITHDRAWN, report.detail());
        return;
      }
      case NARROWED -> memory.trouble = report.detail();
      case COULD_NOT_LOOK -> alarm(report.detail());
      case NONE -> memory.trouble = null;
    }
    supersede(report, lifecycle);
    gate.show();
  }

  private void supersede(WatchReport report, Lifecycle lifecycle) {
    ReleaseId successor = report.successor();
    if (successor == null || successor.equals(memory.overcome)) {
      memory.successor = null;
      memory.cutoverEndsAt = null;
    } else if (!successor.equals(memory.successor)) {
      memory.successor = successor;
      memory.cutoverEndsAt = Times.now().plus(lifecycle.cutoverGrace().duration());
    }
    if (report.endCutover() && memory.cutoverEndsAt != null) {
      memory.cutoverEndsAt = Times.now();
    }
  }

  private void alarm(String detail) {
    memory.trouble = detail;
    memory.alarms++;
    gate.show();
    gate.tell(EntryKind.ALARM, "alarm/" + memory.generation + "/" + memory.alarms, detail);
  }
}
