package io.countersign.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.GateJson;
import io.countersign.activity.Submission;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/** One Temporal server that skips time, one worker, one scripted world. */
final class Stage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final TestWorkflowEnvironment temporal;
  final World world;

  /**
   * @param cache workflows that the worker keeps; with 0 every workflow task replays from the start
   */
  Stage(int cache) {
    this(cache, ReleaseGateImpl.class);
  }

  Stage(int cache, Class<?> implementation) {
    temporal = environment(cache);
    world = new World(() -> Instant.ofEpochMilli(temporal.currentTimeMillis()));
    Worker worker = temporal.newWorker(ReleaseGate.TASK_QUEUE);
    worker.registerWorkflowImplementationTypes(
        WorkflowImplementationOptions.newBuilder()
            .setFailWorkflowExceptionTypes(Throwable.class)
            .build(),
        implementation);
    worker.registerActivitiesImplementations(world, world.new Checks());
    temporal.newWorker(Rules.OUTSIDE).registerActivitiesImplementations(world.new Externals());
    temporal.start();
  }

  /** A server and a client as in production, without a worker. */
  static TestWorkflowEnvironment environment(int cache) {
    return TestWorkflowEnvironment.newInstance(
        TestEnvironmentOptions.newBuilder()
            .setWorkflowClientOptions(
                WorkflowClientOptions.newBuilder()
                    .setDataConverter(GateJson.converter())
                    .setIdentity("stage")
                    .build())
            .setWorkerFactoryOptions(
                WorkerFactoryOptions.newBuilder().setWorkflowCacheSize(cache).build())
            .registerSearchAttribute("GateState", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
            .registerSearchAttribute("GateTier", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
            .registerSearchAttribute("GateSystem", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
            .registerSearchAttribute("GateEnvironment", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
            .registerSearchAttribute(
                "GateAwaiting", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST)
            .registerSearchAttribute("GateDigest", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
            .build());
  }

  /** Starts a gate. */
  WorkflowStub submit(ReleaseId release) {
    WorkflowStub gate =
        temporal
            .getWorkflowClient()
            .newUntypedWorkflowStub(
                "ReleaseGate",
                WorkflowOptions.newBuilder()
                    .setWorkflowId(release.workflowId())
                    .setTaskQueue(ReleaseGate.TASK_QUEUE)
                    .build());
    gate.start(new GateInput(submission(release), null));
    return follow(release);
  }

  static Submission submission(ReleaseId release) {
    return new Submission(release, Rules.DIGEST, "{\"payload\":\"" + release + "\"}");
  }

  /** A stub that follows the release through all of its runs. */
  WorkflowStub follow(ReleaseId release) {
    return temporal.getWorkflowClient().newUntypedWorkflowStub(release.workflowId());
  }

  static GateView view(WorkflowStub gate) {
    return gate.query("view", GateView.class);
  }

  /** Waits until the gate shows this. */
  GateView until(WorkflowStub gate, Predicate<GateView> condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    GateView view = view(gate);
    while (!condition.test(view)) {
      assertThat(Instant.now()).as("still " + view).isBefore(deadline);
      Thread.onSpinWait();
      view = view(gate);
    }
    return view;
  }

  GateView until(WorkflowStub gate, GateState state) {
    return until(gate, v -> v.state() == state);
  }

  /** Waits until the world was asked this. */
  <T> T untilAsked(Class<T> request, Predicate<T> condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      for (T asked : world.asked(request)) {
        if (condition.test(asked)) {
          return asked;
        }
      }
      assertThat(Instant.now()).as("asked " + world.activities()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  /** Waits until the history of the release has an event of this type. */
  void untilEvent(ReleaseId release, EventType type) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (temporal.getWorkflowClient().fetchHistory(release.workflowId()).getEvents().stream()
        .noneMatch(event -> event.getEventType() == type)) {
      assertThat(Instant.now()).as("no %s", type).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  /** Has each function approve. */
  static void approve(WorkflowStub gate) {
    for (GateFunction function : GateFunction.values()) {
      gate.signal("signOff", Letters.approve(function));
    }
  }

  static void order(WorkflowStub gate, OrderKind order, ReleaseId of) {
    gate.signal("order", Letters.order(order, of));
  }

  /** A release that is live. */
  WorkflowStub live(ReleaseId release) {
    WorkflowStub gate = submit(release);
    until(gate, GateState.AWAITING_SIGN_OFF);
    approve(gate);
    until(gate, GateState.LIVE);
    return gate;
  }

  /** Waits for the end of the workflow, skipping time. */
  GateView result(WorkflowStub gate) {
    return gate.getResult(GateView.class);
  }

  WorkflowExecutionHistory history(ReleaseId release) {
    return temporal.getWorkflowClient().fetchHistory(release.workflowId());
  }

  /** Waits for another run than this, and says which run it continues. */
  String continuedFrom(WorkflowStub gate, String run) {
    Instant deadline = Instant.now().plus(PATIENCE);
    String now = run;
    while (now.equals(run)) {
      assertThat(Instant.now()).as("run " + run + " goes on").isBefore(deadline);
      now = gate.describe().getExecution().getRunId();
    }
    return temporal
        .getWorkflowClient()
        .fetchHistory(gate.getExecution().getWorkflowId(), now)
        .getEvents()
        .get(0)
        .getWorkflowExecutionStartedEventAttributes()
        .getContinuedExecutionRunId();
  }

  @Override
  public void close() {
    temporal.close();
  }
}
