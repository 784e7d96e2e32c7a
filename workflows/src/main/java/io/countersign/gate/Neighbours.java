package io.countersign.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activity.GateJson;
import io.countersign.release.ReleaseId;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.ExternalWorkflowStub;
import io.temporal.workflow.SignalExternalWorkflowException;
import io.temporal.workflow.Workflow;

/** What one release sends to another. A neighbour that is gone is no failure of this release. */
final class Neighbours {
  private Neighbours() {}

  /** Asks the other gate to look at the record. */
  static void wake(ReleaseId other) {
    signal(other, "wake", GateJson.mapper().createObjectNode());
  }

  /** Hands a signed order on; the other gate verifies it itself. */
  static void passOn(ReleaseId other, String envelope) {
    JsonNode json;
    try {
      json = GateJson.mapper().readTree(envelope);
    } catch (JsonProcessingException e) {
      // Only a forged assessment accepts what is not JSON; it must not stop this release from
      // ending.
      Workflow.getLogger(Neighbours.class).warn("an order for {} cannot be handed on", other);
      return;
    }
    signal(other, "order", json);
  }

  private static void signal(ReleaseId other, String name, JsonNode argument) {
    ExternalWorkflowStub stub = Workflow.newUntypedExternalWorkflowStub(other.workflowId());
    try {
      stub.signal(name, argument);
    } catch (SignalExternalWorkflowException | TemporalFailure gone) {
      Workflow.getLogger(Neighbours.class).warn("{} did not take the signal {}", other, name);
    }
  }
}
