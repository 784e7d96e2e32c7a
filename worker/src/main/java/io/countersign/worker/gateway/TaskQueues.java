package io.countersign.worker.gateway;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;

/** Asks Temporal who reads a task queue. It remembers readers for some minutes. */
public final class TaskQueues {
  private final WorkflowServiceStubs stubs;
  private final String namespace;

  public TaskQueues(WorkflowServiceStubs stubs, String namespace) {
    this.stubs = stubs;
    this.namespace = namespace;
  }

  /** How many workers have lately asked for activities of this queue. */
  public int readers(String queue) {
    try {
      return stubs
          .blockingStub()
          .describeTaskQueue(
              DescribeTaskQueueRequest.newBuilder()
                  .setNamespace(namespace)
                  .setTaskQueue(TaskQueue.newBuilder().setName(queue))
                  .setTaskQueueType(TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
                  .build())
          .getPollersCount();
    } catch (StatusRuntimeException e) {
      throw new GateException(
          FailureType.TEMPORAL_UNAVAILABLE, "task queue " + queue + " cannot be described", e);
    }
  }
}
