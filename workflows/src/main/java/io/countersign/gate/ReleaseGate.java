package io.countersign.gate;

import io.temporal.common.converter.RawValue;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * The durable workflow of one release. Its id is {@code release/<environment>/<system>/<version>}.
 *
 * <p>Messages carry one DSSE envelope each and are trusted for nothing but its signature. Handlers
 * take raw values: what cannot be decoded is counted, never thrown, because a throwing handler
 * would wedge the gate for everybody.
 */
@WorkflowInterface
public interface ReleaseGate {
  String TASK_QUEUE = "countersign";

  /** Runs until the release has ended; the answer is its last view. */
  @WorkflowMethod(name = "ReleaseGate")
  GateView run(GateInput input);

  /** A signed sign-off. */
  @SignalMethod
  void signOff(RawValue envelope);

  /** A signed order. */
  @SignalMethod
  void order(RawValue envelope);

  /** Asks the gate to look at the record again; carries no authority. */
  @SignalMethod
  void wake(RawValue ignored);

  /**
   * A signed sign-off; answers when it is recorded, and fails with the refusal's type when it does
   * not count.
   */
  @UpdateMethod
  Receipt submitSignOff(RawValue envelope);

  /**
   * A signed order; answers when it is recorded, and fails with the refusal's type when it does not
   * count.
   */
  @UpdateMethod
  Receipt submitOrder(RawValue envelope);

  /** Where the release stands. */
  @QueryMethod
  GateView view();
}
