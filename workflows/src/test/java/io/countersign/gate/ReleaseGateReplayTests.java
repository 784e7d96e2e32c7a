package io.countersign.gate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.common.converter.RawValue;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.NonDeterministicException;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Releases that are open while the worker is deployed go on: what was recorded still replays. */
class ReleaseGateReplayTests {
  private static final List<String> VERSIONS = List.of("0.1");

  static Stream<String> histories() {
    return VERSIONS.stream()
        .flatMap(version -> Recordings.NAMES.stream().map(name -> version + "/" + name));
  }

  private static void replay(String history, Class<?> implementation) throws Exception {
    try (TestWorkflowEnvironment temporal = Stage.environment(600)) {
      WorkflowReplayer.replayWorkflowExecutionFromResource(
          "histories/" + history + ".json", temporal, implementation);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("histories")
  void replaysWhatWasRecorded(String history) throws Exception {
    replay(history, ReleaseGateImpl.class);
  }

  @Test
  void anImplementationThatTakesAnotherWayIsRejected() {
    assertThatThrownBy(() -> replay("0.1/life-to-expiry", HesitantGate.class))
        .hasStackTraceContaining(NonDeterministicException.class.getName());
  }

  /** The gate, changed as it must never be: it rests before it begins. */
  public static final class HesitantGate implements ReleaseGate {
    private final ReleaseGateImpl gate;

    @WorkflowInit
    public HesitantGate(GateInput input) {
      gate = new ReleaseGateImpl(input);
    }

    @Override
    public GateView run(GateInput input) {
      Workflow.sleep(Duration.ofMinutes(1));
      return gate.run(input);
    }

    @Override
    public void signOff(RawValue envelope) {
      gate.signOff(envelope);
    }

    @Override
    public void order(RawValue envelope) {
      gate.order(envelope);
    }

    @Override
    public void wake(RawValue ignored) {
      gate.wake(ignored);
    }

    @Override
    public Receipt submitSignOff(RawValue envelope) {
      return gate.submitSignOff(envelope);
    }

    @Override
    public Receipt submitOrder(RawValue envelope) {
      return gate.submitOrder(envelope);
    }

    @Override
    public GateView view() {
      return gate.view();
    }
  }
}
