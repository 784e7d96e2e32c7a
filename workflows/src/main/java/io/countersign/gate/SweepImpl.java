package io.countersign.gate;

import io.countersign.activity.SweepReport;
import io.countersign.failure.GateFailures;
import io.temporal.workflow.Workflow;

/** Runs the one activity and says loudly what it left undone. */
public final class SweepImpl implements Sweep {
  @Override
  public SweepReport run() {
    SweepReport report = Stubs.sweep().sweep();
    Workflow.setCurrentDetails(report.summary());
    report
        .trouble()
        .ifPresent(
            type -> {
              throw GateFailures.lasting(type, report.summary());
            });
    return report;
  }
}
