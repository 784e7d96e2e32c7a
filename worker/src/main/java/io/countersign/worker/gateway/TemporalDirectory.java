package io.countersign.worker.gateway;

import io.countersign.activities.port.WorkflowDirectory;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.ReleaseId;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.errordetails.v1.NotFoundFailure;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.serviceclient.StatusUtils;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Describes workflows by id. Seen on server 1.32: {@code first_run_id} stays the same through
 * continue-as-new and through reset, also through the reset of a closed run, and another start
 * under the id has another; an unknown workflow is NOT_FOUND with a {@code NotFoundFailure}, an
 * unknown namespace is NOT_FOUND too, with another detail.
 */
public final class TemporalDirectory implements WorkflowDirectory {
  private static final int PATIENCE_SECONDS = 10;

  private final WorkflowServiceStubs stubs;
  private final String namespace;

  public TemporalDirectory(WorkflowServiceStubs stubs, String namespace) {
    this.stubs = stubs;
    this.namespace = namespace;
  }

  @Override
  public String namespaceId() {
    try {
      return stubs
          .blockingStub()
          .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .describeNamespace(DescribeNamespaceRequest.newBuilder().setNamespace(namespace).build())
          .getNamespaceInfo()
          .getId();
    } catch (StatusRuntimeException e) {
      throw unavailable("namespace " + namespace, e);
    }
  }

  @Override
  public Presence presence(ReleaseId release, String firstRunId) {
    Optional<WorkflowExecutionInfo> described = describe(release);
    if (described.isEmpty()) {
      return Presence.NOT_FOUND;
    }
    WorkflowExecutionInfo info = described.get();
    String first = info.getFirstRunId();
    if (first.isEmpty()) {
      throw unavailable("the first run of " + release, null);
    }
    if (!first.equals(firstRunId)) {
      return Presence.REPLACED;
    }
    return open(release, info) ? Presence.RUNNING : Presence.ENDED;
  }

  @Override
  public boolean running(ReleaseId release) {
    return describe(release).map(info -> open(release, info)).orElse(false);
  }

  /** A paused run can go on; one that has continued as new has gone on. */
  private static boolean open(ReleaseId release, WorkflowExecutionInfo info) {
    return switch (info.getStatus()) {
      case WORKFLOW_EXECUTION_STATUS_RUNNING,
          WORKFLOW_EXECUTION_STATUS_PAUSED,
          WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW ->
          true;
      case WORKFLOW_EXECUTION_STATUS_COMPLETED,
          WORKFLOW_EXECUTION_STATUS_FAILED,
          WORKFLOW_EXECUTION_STATUS_CANCELED,
          WORKFLOW_EXECUTION_STATUS_TERMINATED,
          WORKFLOW_EXECUTION_STATUS_TIMED_OUT ->
          false;
      case WORKFLOW_EXECUTION_STATUS_UNSPECIFIED, UNRECOGNIZED ->
          throw unavailable("a status of " + release + " that is known here", null);
    };
  }

  private Optional<WorkflowExecutionInfo> describe(ReleaseId release) {
    try {
      return Optional.of(
          stubs
              .blockingStub()
              .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
              .describeWorkflowExecution(
                  DescribeWorkflowExecutionRequest.newBuilder()
                      .setNamespace(namespace)
                      .setExecution(
                          WorkflowExecution.newBuilder().setWorkflowId(release.workflowId()))
                      .build())
              .getWorkflowExecutionInfo());
    } catch (StatusRuntimeException e) {
      // The status alone is not enough: a proxy or a missing namespace answers NOT_FOUND as well.
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND
          && StatusUtils.hasFailure(e, NotFoundFailure.class)) {
        return Optional.empty();
      }
      throw unavailable(release.toString(), e);
    }
  }

  private static GateException unavailable(String what, @Nullable Throwable e) {
    String detail = "Temporal does not tell " + what;
    return e == null
        ? new GateException(FailureType.TEMPORAL_UNAVAILABLE, detail)
        : new GateException(FailureType.TEMPORAL_UNAVAILABLE, detail, e);
  }
}
