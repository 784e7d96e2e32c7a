package io.countersign.gate;

import io.countersign.activity.SweepReport;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One pass of the sweeper, started by the Schedule {@value #SCHEDULE_ID}. */
@WorkflowInterface
public interface Sweep {
  String SCHEDULE_ID = "countersign-sweep";

  /**
   * Fails with the type of what was left undone, so that the Temporal UI shows it; the activity's
   * result has the report.
   */
  @WorkflowMethod(name = "Sweep")
  SweepReport run();
}
