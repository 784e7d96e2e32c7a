package io.countersign.worker.gateway;

import io.countersign.activities.port.RunIdentity;
import io.countersign.activities.port.WorkflowDirectory.Presence;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.ReleaseId;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import org.jspecify.annotations.Nullable;

/**
 * Asks Temporal for the namespace's id, once: a namespace of the same name elsewhere has another.
 */
public final class NamespaceIdentity implements RunIdentity {
  private final WorkflowServiceStubs stubs;
  private final String namespace;
  private volatile @Nullable String id;

  public NamespaceIdentity(WorkflowServiceStubs stubs, String namespace) {
    this.stubs = stubs;
    this.namespace = namespace;
  }

  @Override
  public String namespaceId() {
    String known = id;
    if (known == null) {
      known = ask();
      id = known;
    }
    return known;
  }

  @Override
  public boolean runs(ReleaseId release, String firstRunId) {
    return new TemporalDirectory(stubs, namespace).presence(release, firstRunId)
        == Presence.RUNNING;
  }

  private String ask() {
    try {
      return stubs
          .blockingStub()
          .describeNamespace(DescribeNamespaceRequest.newBuilder().setNamespace(namespace).build())
          .getNamespaceInfo()
          .getId();
    } catch (StatusRuntimeException e) {
      throw new GateException(
          FailureType.TEMPORAL_UNAVAILABLE, "namespace " + namespace + " cannot be described", e);
    }
  }
}
