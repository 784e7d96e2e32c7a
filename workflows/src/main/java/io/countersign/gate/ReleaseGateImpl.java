package io.countersign.gate;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;

/** One release from submission to its end: the loop over states and the doors for messages. */
public final class ReleaseGateImpl implements ReleaseGate {
  private static final String CANCELLED = "The workflow was cancelled.";

  private final Gate gate;
  private final Correspondence correspondence;

  @WorkflowInit
  public ReleaseGateImpl(GateInput input) {
    gate = new Gate(input);
    correspondence = new Correspondence(gate);
  }

  @Override
  public GateView run(GateInput input) {
    try {
      gate.show();
      while (!gate.memory.state.ended()) {
        step();
      }
      finish();
    } catch (CanceledFailure cancelled) {
      // Cancelling is not an order, but it must not leave access behind: a detached scope still
      // runs activities.
      Workflow.newDetachedCancellationScope(this::abandon).run();
      throw cancelled;
    }
    if (gate.memory.state == GateState.FAILED) {
      FailureType type = gate.memory.reasonType;
      throw GateFailures.lasting(
          type == null ? FailureType.INTERNAL : type, String.valueOf(gate.memory.reason));
    }
    return gate.view();
  }

  private void step() {
    switch (gate.memory.state) {
      case SUBMITTED -> new Opening(gate).resolve();
      case CHECKING -> new Opening(gate).check(correspondence);
      case AWAITING_SIGN_OFF -> new SignOffPhase(gate, correspondence).run();
      case GRANTING -> new GrantPhase(gate, correspondence).run();
      case LIVE -> new LivePhase(gate, correspondence).run();
      case SUSPENDED, STANDBY -> new Pause(gate, correspondence).run();
      case REVOKING -> new Ending(gate, correspondence).run();
      default -> throw new IllegalStateException("no step leads out of " + gate.memory.state);
    }
  }

  private void finish() {
    gate.identity.end();
    gate.tell(EntryKind.COMPLETE, "complete", String.valueOf(gate.memory.reason));
    do {
      correspondence.answerAll();
      Workflow.await(
          () -> correspondence.ready() || (Workflow.isEveryHandlerFinished() && gate.told()));
    } while (correspondence.ready());
  }

  private void abandon() {
    if (gate.memory.armed) {
      if (gate.memory.after == null || !gate.memory.after.ended()) {
        gate.revoke(
            gate.memory.liveAt == null ? GateState.WITHDRAWN : GateState.RETIRED, null, CANCELLED);
      }
      new Ending(gate, correspondence).run();
    } else if (!gate.memory.state.ended()) {
      gate.turn(
          gate.memory.state.beforeLive() ? GateState.WITHDRAWN : GateState.RETIRED,
          null,
          CANCELLED);
    }
    finish();
  }

  @Override
  public void signOff(RawValue envelope) {
    gate.receive(envelope, false);
  }

  @Override
  public void order(RawValue envelope) {
    gate.receive(envelope, true);
  }

  @Override
  public void wake(RawValue ignored) {
    gate.woken = true;
  }

  @Override
  public Receipt submitSignOff(RawValue envelope) {
    return answer(gate.receive(envelope, false));
  }

  @Override
  public Receipt submitOrder(RawValue envelope) {
    return answer(gate.receive(envelope, true));
  }

  private static Receipt answer(Inbox.Message message) {
    // Detached: a cancelled workflow still answers, and a cancelled handler would wedge it.
    Workflow.newDetachedCancellationScope(() -> Workflow.await(message::answered)).run();
    Receipt receipt = message.receipt;
    if (receipt != null) {
      return receipt;
    }
    FailureType refusal = message.refusal;
    throw GateFailures.lasting(
        refusal == null ? FailureType.INTERNAL : refusal,
        message.detail.isEmpty() && refusal != null ? refusal.sentence() : message.detail);
  }

  @Override
  public GateView view() {
    return gate.view();
  }
}
