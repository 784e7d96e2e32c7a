package io.countersign.gate;

import io.countersign.activity.GrantActivities.WatchReport;
import io.countersign.activity.GrantActivities.WatchRequest;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.policy.GatePolicy.Lifecycle;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.Objects;

/** LIVE: the end of validity, the drift watch and the cutover to a successor. */
final class LivePhase {
  private final Gate gate;
  private final Correspondence correspondence;
  private final Memory memory;

  LivePhase(Gate gate, Correspondence correspondence) {
    this.gate = gate;
    this.correspondence = correspondence;
    this.memory = gate.memory;
  }

  void run() {
    Lifecycle lifecycle = memory.resolved().lifecycle();
    Instant expiresAt = Objects.requireNonNull(memory.expiresAt);
    while (memory.state == GateState.LIVE) {
      Instant nextWatch =
          Objects.requireNonNullElse(memory.lastWatch, Times.now())
              .plus(lifecycle.drift().duration());
      Instant due = Times.earliest(expiresAt, nextWatch, memory.cutoverEndsAt).orElse(nextWatch);
      gate.alarm.at(due, "Next look at Vault; valid until " + expiresAt);
      Workflow.await(() -> !gate.inbox.isEmpty() || gate.alarm.rang() || gate.woken || gate.full());
      correspondence.deal();
      if (memory.state != GateState.LIVE) {
        return;
      }
      if (Times.passed(expiresAt)) {
        gate.revoke(GateState.EXPIRED, FailureType.EXPIRED, "The validity has ended.");
      } else if (Times.passed(memory.cutoverEndsAt)) {
        gate.revoke(GateState.STANDBY, null, "Superseded by " + memory.successor + ".");
      } else if (gate.woken || Times.passed(nextWatch)) {
        gate.woken = false;
        watch(lifecycle);
      } else if (gate.full()) {
        gate.continueAsNew();
      }
    }
  }

  private void watch(Lifecycle lifecycle) {
    memory.lastWatch = Times.now();
    WatchReport report;
    try {
      report =
          gate.grants("Does Vault still hold what was approved?")
              .watch(new WatchRequest(gate.id, memory.generation));
    } catch (ActivityFailure failure) {
      alarm(GateFailures.detailOf(failure));
      return;
    }
    switch (report.drift()) {
      case WIDENED -> {
        gate.revoke(GateState.SUSPENDED, FailureType.SCOPE_CHANGED, report.detail());
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
    if (report.successor() == null) {
      memory.successor = null;
      memory.cutoverEndsAt = null;
    } else if (!report.successor().equals(memory.successor)) {
      memory.successor = report.successor();
      memory.cutoverEndsAt = Times.now().plus(lifecycle.cutoverGrace().duration());
    }
    if (report.endCutover() && memory.cutoverEndsAt != null) {
      memory.cutoverEndsAt = Times.now();
    }
  }

  private void alarm(String detail) {
    memory.trouble = detail;
    memory.alarms++;
    gate.tell(EntryKind.ALARM, "alarm/" + memory.generation + "/" + memory.alarms, detail);
  }
}
