package io.countersign.worker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.engine.TemporalServer;
import io.countersign.activities.port.WorkflowDirectory.Presence;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.Sweep;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.DeleteWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleDescription;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Temporal server says about chains of runs, and its Schedule of the sweep. */
class TemporalDirectoryIT {
  private static final String QUEUE = "directory";

  private static TemporalServer server;
  private static WorkflowServiceStubs stubs;
  private static WorkflowClient client;
  private static WorkerFactory workers;
  private static TemporalDirectory directory;
  private static int systems;

  @TempDir static Path home;

  @BeforeAll
  static void start() {
    EngineBinaries binaries = EngineBinaries.ofThisProcess();
    Optional<Path> binary = binaries.temporal();
    Assumptions.assumeTrue(binaries.required() || binary.isPresent(), "no Temporal here");
    server = TemporalServer.start(binary.orElseThrow(), home, false);
    stubs = stubs(server.address());
    client = WorkflowClient.newInstance(stubs);
    workers = WorkerFactory.newInstance(client);
    workers.newWorker(QUEUE).registerWorkflowImplementationTypes(ChainImpl.class);
    workers.start();
    directory = new TemporalDirectory(stubs, "default");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      workers.shutdownNow();
      stubs.shutdownNow();
      server.close();
    }
  }

  @Test
  void followsAChainThroughContinueAsNewToItsEnd() {
    ReleaseId id = newRelease();
    String first = start(id);
    assertThat(directory.presence(id, first)).isEqualTo(Presence.RUNNING);
    assertThat(directory.running(id)).isTrue();
    client.newUntypedWorkflowStub(id.workflowId()).signal("again");
    await(() -> !currentRun(id).equals(first));
    assertThat(directory.presence(id, first)).isEqualTo(Presence.RUNNING);
    assertThat(directory.presence(id, currentRun(id))).isEqualTo(Presence.REPLACED);
    client.newUntypedWorkflowStub(id.workflowId()).signal("end");
    await(() -> directory.presence(id, first) == Presence.ENDED);
    assertThat(directory.running(id)).isFalse();
  }

  @Test
  void followsAChainThroughAResetAlsoOfAClosedRun() {
    ReleaseId id = newRelease();
    String first = start(id);
    await(() -> hasRun(id));
    reset(id, first);
    assertThat(currentRun(id)).isNotEqualTo(first);
    assertThat(directory.presence(id, first)).isEqualTo(Presence.RUNNING);
    client.newUntypedWorkflowStub(id.workflowId()).terminate("a test");
    assertThat(directory.presence(id, first)).isEqualTo(Presence.ENDED);
    reset(id, first);
    assertThat(directory.presence(id, first)).isEqualTo(Presence.RUNNING);
  }

  @Test
  void tellsAnotherChainUnderTheSameIdApart() {
    ReleaseId id = newRelease();
    String first = start(id);
    client.newUntypedWorkflowStub(id.workflowId()).terminate("a test");
    assertThat(directory.presence(id, first)).isEqualTo(Presence.ENDED);
    String second = start(id);
    assertThat(directory.presence(id, first)).isEqualTo(Presence.REPLACED);
    assertThat(directory.presence(id, second)).isEqualTo(Presence.RUNNING);
    client.newUntypedWorkflowStub(id.workflowId()).terminate("a test");
    assertThat(directory.presence(id, first)).isEqualTo(Presence.REPLACED);
  }

  @Test
  void doesNotFindWhatWasNeverThereOrWasDeleted() {
    assertThat(directory.presence(newRelease(), "a-run")).isEqualTo(Presence.NOT_FOUND);
    assertThat(directory.running(newRelease())).isFalse();
    ReleaseId id = newRelease();
    String first = start(id);
    stubs
        .blockingStub()
        .deleteWorkflowExecution(
            DeleteWorkflowExecutionRequest.newBuilder()
                .setNamespace("default")
                .setWorkflowExecution(
                    WorkflowExecution.newBuilder().setWorkflowId(id.workflowId()).setRunId(first))
                .build());
    await(() -> directory.presence(id, first) == Presence.NOT_FOUND);
  }

  @Test
  void neverSaysNotFoundWhenItCouldNotAsk() {
    ReleaseId id = newRelease();
    TemporalDirectory elsewhere = new TemporalDirectory(stubs, "no-such-namespace");
    unavailable(() -> elsewhere.presence(id, "a-run"));
    unavailable(() -> elsewhere.running(id));
    unavailable(elsewhere::namespaceId);
    WorkflowServiceStubs nobody = stubs("127.0.0.1:1");
    try {
      TemporalDirectory away = new TemporalDirectory(nobody, "default");
      unavailable(() -> away.presence(id, "a-run"));
      unavailable(away::namespaceId);
    } finally {
      nobody.shutdownNow();
    }
    assertThat(directory.namespaceId()).matches("[0-9a-f-]{36}");
  }

  @Test
  void createsTheScheduleOnceAndLeavesItPaused() {
    ScheduleClient schedules = ScheduleClient.newInstance(stubs);
    SweepSchedule sweep = new SweepSchedule(schedules);
    sweep.ensure(Span.parse("5m"));
    ScheduleHandle handle = schedules.getHandle(Sweep.SCHEDULE_ID);
    assertThat(every(handle)).isEqualTo(Duration.ofMinutes(5));
    assertThat(handle.describe().getSchedule().getState().isPaused()).isFalse();
    handle.pause("an operator");
    sweep.ensure(Span.parse("5m"));
    sweep.ensure(Span.parse("7m"));
    ScheduleDescription now = handle.describe();
    assertThat(every(handle)).isEqualTo(Duration.ofMinutes(7));
    assertThat(now.getSchedule().getState().isPaused()).isTrue();
    assertThat(now.getSchedule().getState().getNote()).isEqualTo("an operator");
    assertThat(now.getSchedule().getPolicy().getOverlap().name()).endsWith("_SKIP");
    assertThat(((ScheduleActionStartWorkflow) now.getSchedule().getAction()).getWorkflowType())
        .isEqualTo("Sweep");
  }

  private static Duration every(ScheduleHandle handle) {
    return handle.describe().getSchedule().getSpec().getIntervals().get(0).getEvery();
  }

  private static void unavailable(Runnable asking) {
    assertThatThrownBy(asking::run)
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.TEMPORAL_UNAVAILABLE));
  }

  private static WorkflowServiceStubs stubs(String address) {
    return WorkflowServiceStubs.newServiceStubs(
        WorkflowServiceStubsOptions.newBuilder()
            .setTarget(address)
            .setRpcTimeout(Duration.ofSeconds(5))
            .build());
  }

  private static ReleaseId newRelease() {
    systems++;
    return new ReleaseId("production", "s" + systems, "1.0");
  }

  private static String start(ReleaseId id) {
    WorkflowStub stub =
        client.newUntypedWorkflowStub(
            "Chain",
            WorkflowOptions.newBuilder()
                .setTaskQueue(QUEUE)
                .setWorkflowId(id.workflowId())
                .build());
    return stub.start().getRunId();
  }

  private static String currentRun(ReleaseId id) {
    return client.newUntypedWorkflowStub(id.workflowId()).describe().getExecution().getRunId();
  }

  private static boolean hasRun(ReleaseId id) {
    return client.newUntypedWorkflowStub(id.workflowId()).describe().getHistoryLength() >= 4;
  }

  private static void reset(ReleaseId id, String run) {
    stubs
        .blockingStub()
        .resetWorkflowExecution(
            ResetWorkflowExecutionRequest.newBuilder()
                .setNamespace("default")
                .setWorkflowExecution(
                    WorkflowExecution.newBuilder().setWorkflowId(id.workflowId()).setRunId(run))
                .setWorkflowTaskFinishEventId(4)
                .setRequestId(run + systems + Instant.now())
                .setReason("a test")
                .build());
  }

  private static void await(BooleanSupplier condition) {
    Instant end = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  /** A chain that goes on or ends when it is told. */
  @WorkflowInterface
  public interface Chain {
    @WorkflowMethod(name = "Chain")
    void run();

    @SignalMethod
    void again();

    @SignalMethod
    void end();
  }

  /** See {@link Chain}. */
  public static final class ChainImpl implements Chain {
    private boolean again;
    private boolean end;

    @Override
    public void run() {
      Workflow.await(() -> again || end);
      if (!end) {
        Workflow.continueAsNew();
      }
    }

    @Override
    public void again() {
      again = true;
    }

    @Override
    public void end() {
      end = true;
    }
  }
}
