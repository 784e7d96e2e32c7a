package io.countersign.worker.runtime;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.runtime.Decision;
import io.countersign.activities.runtime.DecisionPoint;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the answers of AuthZEN Authorization API 1.0, sections 5.5, 7.2 and 9.1. */
final class AuthzenWriter {
  static final String EVALUATION = "/access/v1/evaluation";
  static final String EVALUATIONS = "/access/v1/evaluations";

  private AuthzenWriter() {}

  static byte[] one(Decision decision) {
    return bytes(node(decision));
  }

  static byte[] many(List<Decision> decisions) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode evaluations = answer.putArray("evaluations");
    decisions.forEach(decision -> evaluations.add(node(decision)));
    return bytes(answer);
  }

  static byte[] configuration(String url) {
    return bytes(
        JsonNodeFactory.instance
            .objectNode()
            .put("policy_decision_point", url)
            .put("access_evaluation_endpoint", url + EVALUATION)
            .put("access_evaluations_endpoint", url + EVALUATIONS));
  }

  private static ObjectNode node(Decision decision) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("decision", decision.allowed());
    ObjectNode context = answer.putObject("context");
    context.put("reason", decision.reason().name());
    GovernedRelease release = decision.release();
    if (release != null) {
      context.put("release", release.id().toString());
      context.put("releaseDigest", release.releaseDigest().toString());
      context.put("policyDigest", release.policyDigest().toString());
    }
    context.put("staleMillis", DecisionPoint.millis(decision.staleness()));
    return answer;
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
