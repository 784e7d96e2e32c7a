package io.countersign.gate;

import io.countersign.failure.FailureType;
import io.countersign.release.GateState;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.Objects;

/** SUSPENDED and STANDBY: no access, and only a person's order leads back to it. */
final class Pause {
  private final Gate gate;
  private final Correspondence correspondence;

  Pause(Gate gate, Correspondence correspondence) {
    this.gate = gate;
    this.correspondence = correspondence;
  }

  void run() {
    GateState state = gate.memory.state;
    Instant until = Objects.requireNonNull(gate.memory.waitsUntil);
    while (gate.memory.state == state) {
      gate.alarm.at(until, state + " until " + until);
      Workflow.await(() -> correspondence.ready() || gate.alarm.rang() || gate.full());
      correspondence.deal();
      if (gate.memory.state != state) {
        return;
      }
      if (Times.passed(until)) {
        if (state == GateState.STANDBY) {
          gate.turn(GateState.RETIRED, null, "No rollback came in the standby time.");
        } else {
          gate.turn(GateState.EXPIRED, FailureType.EXPIRED, "Nobody ended the suspension in time.");
        }
      } else if (gate.full()) {
        gate.continueAsNew();
      }
    }
  }
}
