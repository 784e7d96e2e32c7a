package io.countersign.gate;

import io.countersign.activity.CheckRequest;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.Promise;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;

/** As many activities and signals as a release needs until it is live, and nothing else. */
@WorkflowInterface
public interface BareWorkflow {
  @WorkflowMethod(name = "ReleaseGate")
  void run(GateInput input);

  @SignalMethod
  void signOff();

  /** The same order of activities as the gate's. */
  final class Impl implements BareWorkflow {
    private int signals;

    @Override
    public void run(GateInput input) {
      ActivityStub activity =
          Workflow.newUntypedActivityStub(
              ActivityOptions.newBuilder().setStartToCloseTimeout(Duration.ofMinutes(2)).build());
      CheckRequest request = new CheckRequest(input.submission().release(), 1);
      activity.execute("resolved", Object.class, request);
      Promise.allOf(
              List.of("1", "2", "3", "4", "5").stream()
                  .map(name -> activity.executeAsync("check-" + name, Object.class, request))
                  .toList())
          .get();
      activity.execute("reviewed", Object.class, request);
      Promise<Object> identity = activity.executeAsync("identity", Object.class, request);
      for (int i = 1; i <= 3; i++) {
        int wanted = i;
        Workflow.await(() -> signals >= wanted);
        activity.execute("assessed", Object.class, request);
      }
      identity.get();
      activity.execute("granted", Object.class, request);
      Workflow.await(() -> false);
    }

    @Override
    public void signOff() {
      signals++;
    }
  }
}
