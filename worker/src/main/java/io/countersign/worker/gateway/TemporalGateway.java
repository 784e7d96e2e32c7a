package io.countersign.worker.gateway;

import com.google.protobuf.ByteString;
import io.countersign.activity.GateJson;
import io.countersign.activity.Submission;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.Board;
import io.countersign.gate.GateInput;
import io.countersign.gate.GateView;
import io.countersign.gate.Receipt;
import io.countersign.gate.ReleaseGate;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.grpc.Context;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.client.WorkflowUpdateTimeoutOrCancelledException;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.RawValue;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The gate's doors over the Temporal client. Connects at its first use. */
public final class TemporalGateway implements Gateway {
  private static final String WORKFLOW_TYPE = "ReleaseGate";
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TemporalConnection connection;
  private final DataConverter converter;
  private final TemporalFailures failures;
  private @Nullable WorkflowClient client;

  private TemporalGateway(TemporalConnection connection, DataConverter converter) {
    this.connection = connection;
    this.converter = converter;
    this.failures = new TemporalFailures(connection);
  }

  /** For one server and namespace, with payloads in the clear; nothing is connected yet. */
  public static TemporalGateway of(TemporalConnection connection) {
    return of(connection, GateJson.converter());
  }

  /**
   * For one server and namespace; nothing is connected yet.
   *
   * @param converter how payloads travel
   */
  public static TemporalGateway of(TemporalConnection connection, DataConverter converter) {
    return new TemporalGateway(connection, converter);
  }

  @Override
  public Started start(Submission submission) {
    ReleaseId release = submission.release();
    return translated(
        release,
        () -> {
          WorkflowStub stub = client().newUntypedWorkflowStub(WORKFLOW_TYPE, options(submission));
          try {
            WorkflowExecution run = stub.start(new GateInput(submission, null));
            return new Started(release, run.getWorkflowId(), run.getRunId(), false);
          } catch (WorkflowExecutionAlreadyStarted there) {
            return join(submission, there.getExecution());
          }
        });
  }

  private Started join(Submission submission, WorkflowExecution there) {
    ReleaseId release = submission.release();
    WorkflowExecutionDescription found = stub(release).describe();
    // In the clear for everybody, also for who cannot open payloads.
    String digest = found.getTypedSearchAttributes().get(Board.DIGEST);
    if (!submission.releaseDigest().toString().equals(digest)) {
      throw new GateException(
          FailureType.RELEASE_CONFLICT,
          release
              + " was submitted with digest "
              + digest
              + ", this one has "
              + submission.releaseDigest()
              + "; give the release a new version");
    }
    return new Started(release, there.getWorkflowId(), there.getRunId(), true);
  }

  private static WorkflowOptions options(Submission submission) {
    ReleaseId release = submission.release();
    return WorkflowOptions.newBuilder()
        .setWorkflowId(release.workflowId())
        .setTaskQueue(ReleaseGate.TASK_QUEUE)
        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
        // Terminated and failed runs may be tried again; what was ended by people may not.
        .setWorkflowIdReusePolicy(
            WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY)
        .setStaticSummary(release.toString())
        .setStaticDetails(
            "Release gate of "
                + release
                + ", release digest `"
                + submission.releaseDigest()
                + "`.\n\nThe current details say where it stands and whom it waits for.")
        .setTypedSearchAttributes(
            SearchAttributes.newBuilder()
                .set(Board.STATE, GateState.SUBMITTED.name())
                .set(Board.SYSTEM, release.system())
                .set(Board.ENVIRONMENT, release.environment())
                .set(Board.DIGEST, submission.releaseDigest().toString())
                .build())
        .build();
  }

  @Override
  public void signal(ReleaseId release, Message message, String envelope) {
    translated(
        release,
        () -> {
          WorkflowStub stub = stub(release);
          try {
            stub.signal(message.signal(), raw(envelope));
          } catch (WorkflowNotFoundException gone) {
            // Describing it tells whether it has ended or never was.
            stub.describe();
            throw ended(release);
          }
          return release;
        });
  }

  @Override
  public Receipt update(ReleaseId release, Message message, String envelope, Duration patience) {
    return translated(
        release,
        () -> {
          requireOpen(release);
          WorkflowUpdateHandle<Receipt> handle =
              within(
                  PATIENCE,
                  () ->
                      stub(release)
                          .startUpdate(
                              UpdateOptions.newBuilder(Receipt.class)
                                  .setUpdateName(message.update())
                                  .setWaitForStage(WorkflowUpdateStage.ACCEPTED)
                                  .build(),
                              raw(envelope)));
          try {
            return handle.getResult(patience.toMillis(), TimeUnit.MILLISECONDS);
          } catch (WorkflowUpdateTimeoutOrCancelledException e) {
            throw new GateException(
                FailureType.TEMPORAL_UNAVAILABLE,
                "the gate has taken the message and is not done with it; 'release show "
                    + release
                    + "' tells what became of it",
                e);
          }
        });
  }

  /** The client itself would wait for a worker for as long as there is none. */
  private static <T> T within(Duration limit, Supplier<T> call) {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    Context.CancellableContext bounded =
        Context.current().withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS, clock);
    try {
      AtomicReference<T> answer = new AtomicReference<>();
      bounded.run(() -> answer.set(call.get()));
      return Objects.requireNonNull(answer.get());
    } finally {
      bounded.cancel(null);
      clock.shutdownNow();
    }
  }

  private void requireOpen(ReleaseId release) {
    if (stub(release).describe().getStatus()
        != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING) {
      throw ended(release);
    }
  }

  private static GateException ended(ReleaseId release) {
    return new GateException(FailureType.NOT_NOW, release + " has ended");
  }

  @Override
  public GateView view(ReleaseId release) {
    return translated(
        release,
        () -> {
          WorkflowStub stub = stub(release);
          boolean completed =
              stub.describe().getStatus()
                  == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED;
          // A completed release left its last view as its result: no worker is needed to read it.
          return completed ? stub.getResult(GateView.class) : query(stub);
        });
  }

  /** The server has just answered; what fails now is the worker's part. */
  private GateView query(WorkflowStub stub) {
    try {
      return stub.query("view", GateView.class);
    } catch (WorkflowServiceException e) {
      throw failures.ofQuery(e);
    }
  }

  @Override
  public ReleaseSummary describe(ReleaseId release) {
    return translated(release, () -> summary(release, stub(release).describe()));
  }

  @Override
  public List<ReleaseSummary> list(ReleaseFilter filter) {
    return translated(
        null,
        () ->
            client()
                .listExecutions(filter.query())
                .flatMap(found -> named(found).stream())
                .filter(unseen())
                .limit(filter.limit())
                .toList());
  }

  /** A version that was tried again has a run for each attempt; the newest comes first. */
  private static Predicate<ReleaseSummary> unseen() {
    Set<ReleaseId> seen = new HashSet<>();
    return found -> seen.add(found.release());
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.getWorkflowServiceStubs().shutdownNow();
      client = null;
    }
  }

  /** A workflow of the gate's type with a foreign id is none of ours. */
  private static Optional<ReleaseSummary> named(WorkflowExecutionMetadata found) {
    try {
      ReleaseId release = ReleaseId.ofWorkflowId(found.getExecution().getWorkflowId());
      return Optional.of(summary(release, found));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  private static ReleaseSummary summary(ReleaseId release, WorkflowExecutionMetadata found) {
    SearchAttributes shown = found.getTypedSearchAttributes();
    List<String> awaiting = shown.get(Board.AWAITING);
    return new ReleaseSummary(
        release,
        read(shown, Board.STATE, GateState::valueOf),
        found.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
        read(shown, Board.TIER, tier -> tier),
        awaiting == null ? List.of() : awaiting,
        read(shown, Board.DIGEST, Digest::parse),
        found.getStartTime(),
        found.getCloseTime());
  }

  /** Whoever may write to the namespace may write anything there; what is not ours is not shown. */
  private static <T> @Nullable T read(
      SearchAttributes shown, SearchAttributeKey<String> key, Function<String, T> parser) {
    String text = shown.get(key);
    try {
      return text == null ? null : parser.apply(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static RawValue raw(String envelope) {
    return new RawValue(
        Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
            .setData(ByteString.copyFrom(envelope, StandardCharsets.UTF_8))
            .build());
  }

  private WorkflowStub stub(ReleaseId release) {
    return client().newUntypedWorkflowStub(release.workflowId());
  }

  private <T> T translated(@Nullable ReleaseId release, Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      throw failures.of(e, release);
    }
  }

  private synchronized WorkflowClient client() {
    WorkflowClient open = client;
    if (open == null) {
      open = connect();
      client = open;
    }
    return open;
  }

  private WorkflowClient connect() {
    WorkflowServiceStubs stubs = TemporalStubs.open(connection, PATIENCE);
    try {
      stubs.connect(CONNECT);
    } catch (RuntimeException e) {
      stubs.shutdownNow();
      throw failures.of(e, null);
    }
    return WorkflowClient.newInstance(
        stubs,
        WorkflowClientOptions.newBuilder()
            .setNamespace(connection.namespace())
            .setDataConverter(converter)
            .build());
  }
}
