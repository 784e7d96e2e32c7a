package io.countersign.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.policy.GateFunction;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;

/** What the tests send instead of signed envelopes; the workflow looks into neither. */
final class Letters {
  private Letters() {}

  static JsonNode approve(GateFunction function) {
    return say(SignOffDecision.APPROVE, function, function + "@example.com");
  }

  static JsonNode say(SignOffDecision decision, GateFunction function, String who) {
    return json()
        .put("say", decision.toString())
        .put("function", function.toString())
        .put("who", who);
  }

  static JsonNode order(OrderKind order, ReleaseId of) {
    return json()
        .put("order", order.toString())
        .put("of", of.toString())
        .put("who", "op@example.com");
  }

  static JsonNode refused(FailureType type) {
    return json().put("refuse", type.name());
  }

  private static ObjectNode json() {
    return GateJson.mapper().createObjectNode();
  }
}
