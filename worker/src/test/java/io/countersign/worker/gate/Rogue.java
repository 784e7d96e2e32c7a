package io.countersign.worker.gate;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activity.GateJson;
import io.countersign.failure.GateFailures;
import io.countersign.gate.ReleaseGate;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.RetryOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.UUID;

/**
 * Somebody with a Temporal connection and a workflow of their own, who has the gate's worker do any
 * activity with any argument.
 */
final class Rogue {
  private static final String QUEUE = "rogue";

  private final WorkflowClient client;

  private Rogue(WorkflowClient client) {
    this.client = client;
  }

  /** What an activity answered: its result, or the type of its failure. */
  record Answer(JsonNode result, String failure) {}

  /** One workflow that schedules whatever it is told. */
  @WorkflowInterface
  public interface Anything {
    @WorkflowMethod
    JsonNode run(String activity, JsonNode argument);
  }

  /** Schedules on the gate's own queue. */
  public static final class AnythingImpl implements Anything {
    @Override
    public JsonNode run(String activity, JsonNode argument) {
      return Workflow.newUntypedActivityStub(
              ActivityOptions.newBuilder()
                  .setTaskQueue(ReleaseGate.TASK_QUEUE)
                  .setStartToCloseTimeout(Duration.ofSeconds(30))
                  .setScheduleToCloseTimeout(Duration.ofSeconds(40))
                  .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(2).build())
                  .build())
          .execute(activity, JsonNode.class, argument);
    }
  }

  static Rogue hire(WorkflowClient client) {
    WorkerFactory factory = WorkerFactory.newInstance(client);
    factory.newWorker(QUEUE).registerWorkflowImplementationTypes(AnythingImpl.class);
    factory.start();
    Runtime.getRuntime().addShutdownHook(new Thread(factory::shutdownNow, "dismiss-rogue"));
    return new Rogue(client);
  }

  /** Has the gate's worker do this. */
  Answer schedule(String activity, Object argument) {
    Anything workflow =
        client.newWorkflowStub(
            Anything.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(QUEUE)
                .setWorkflowId("rogue/" + UUID.randomUUID())
                .build());
    JsonNode json = GateJson.mapper().valueToTree(argument);
    try {
      JsonNode result = workflow.run(activity, json);
      return new Answer(result == null ? GateJson.mapper().createObjectNode() : result, "");
    } catch (WorkflowFailedException failed) {
      return new Answer(
          GateJson.mapper().createObjectNode(), GateFailures.typeOf(failed.getCause()).name());
    }
  }
}
