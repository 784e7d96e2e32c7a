package io.countersign.worker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.port.DecisionLedger.Decided;
import io.countersign.activities.port.LiveDecisions.Sight;
import io.countersign.activities.port.RuntimeVerdict.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DecisionServerTests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GOOD = Counter.question("refund.lookup", "read", "pii");

  private final Counter counter = new Counter();

  @AfterEach
  void close() {
    counter.close();
  }

  @Test
  void answersAnAccessEvaluationWithReasonReleaseAndStaleness() {
    HttpResponse<String> answer =
        counter.ask(AuthzenWriter.EVALUATION, GOOD, "X-Request-ID", "bfe9eb29-ab87");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    assertThat(answer.headers().firstValue("X-Request-ID")).contains("bfe9eb29-ab87");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    JsonNode body = json(answer);
    assertThat(body.path("decision").isBoolean()).isTrue();
    assertThat(body.path("decision").asBoolean()).isTrue();
    assertThat(body.path("context").path("reason").asText()).isEqualTo("ALLOWED");
    assertThat(body.path("context").path("release").asText())
        .isEqualTo("production/fraud-scorer/1.0.0");
    assertThat(body.path("context").path("releaseDigest").asText()).startsWith("sha256:");
    assertThat(body.path("context").path("policyDigest").asText()).startsWith("sha256:");
    assertThat(body.path("context").path("staleMillis").asLong()).isEqualTo(12);
    assertThat(counter.noted).extracting(Decided::reason).containsExactly("ALLOWED");
  }

  @Test
  void aDenialIsAnAnswerAndNoError() {
    assertThat(reason(Counter.question("shell", "run", "pii"))).isEqualTo("TOOL_NOT_APPROVED");
    assertThat(reason(Counter.question("refund.lookup", "write", "pii")))
        .isEqualTo("PERMISSION_NOT_APPROVED");
    assertThat(reason(Counter.question("refund.lookup", "read", "health")))
        .isEqualTo("DATA_CLASS_NOT_APPROVED");
    assertThat(reason(GOOD.replace("\"tool\"", "\"file\""))).isEqualTo("RESOURCE_NOT_KNOWN");
    assertThat(reason(GOOD.replace("spiffe://prod/", "spiffe://evil/")))
        .isEqualTo("SUBJECT_MISMATCH");
    counter.answer = Answer.FORBIDDEN;
    assertThat(reason(GOOD)).isEqualTo("POLICY_FORBIDS");
    counter.sight = Sight.STALE;
    assertThat(reason(GOOD)).isEqualTo("STALE");
    counter.sight = Sight.UNREACHABLE;
    assertThat(reason(GOOD)).isEqualTo("UNREACHABLE");
    assertThat(counter.noted).hasSize(8).noneMatch(Decided::allowed);
  }

  @Test
  void answersManyEvaluationsInTheirOrderAndWithDefaults() {
    String body =
        "{\"subject\":{\"type\":\"workload\",\"id\":\"spiffe://prod/fraud-scorer\"},"
            + "\"action\":{\"name\":\"read\"},%s\"evaluations\":["
            + resource("refund.lookup")
            + ","
            + resource("shell")
            + ","
            + resource("refund.lookup")
            + "]}";
    assertThat(decisions(body.formatted(""))).containsExactly(true, false, true);
    assertThat(decisions(body.formatted(option("execute_all")))).containsExactly(true, false, true);
    assertThat(decisions(body.formatted(option("deny_on_first_deny"))))
        .containsExactly(true, false);
    assertThat(decisions(body.formatted(option("permit_on_first_permit")))).containsExactly(true);
    HttpResponse<String> unknown =
        counter.ask(AuthzenWriter.EVALUATIONS, body.formatted(option("allow_all")));
    assertThat(unknown.statusCode()).isEqualTo(400);
  }

  @Test
  void evaluationsWithoutAListAreASingleOne() {
    for (String body :
        List.of(GOOD, GOOD.substring(0, GOOD.length() - 1) + ",\"evaluations\":[]}")) {
      JsonNode answer = json(counter.ask(AuthzenWriter.EVALUATIONS, body));
      assertThat(answer.path("decision").asBoolean()).isTrue();
      assertThat(answer.has("evaluations")).isFalse();
    }
  }

  @Test
  void tellsWhereItAnswers() {
    HttpResponse<String> answer = get(DecisionDoor.CONFIGURATION);
    JsonNode found = json(answer);
    assertThat(found.path("policy_decision_point").asText()).isEqualTo(counter.server.url());
    assertThat(found.path("access_evaluation_endpoint").asText())
        .isEqualTo(counter.server.url() + "/access/v1/evaluation");
    assertThat(found.path("access_evaluations_endpoint").asText())
        .isEqualTo(counter.server.url() + "/access/v1/evaluations");
    assertThat(found.size()).isEqualTo(3);
  }

  @Test
  void isReadyWhileItKnowsWhatIsLive() {
    assertThat(get(DecisionDoor.HEALTH).statusCode()).isEqualTo(200);
    assertThat(get(DecisionDoor.READY).statusCode()).isEqualTo(200);
    counter.sight = Sight.STALE;
    assertThat(get(DecisionDoor.READY).statusCode()).isEqualTo(503);
  }

  private static String resource(String tool) {
    return "{\"resource\":{\"type\":\"tool\",\"id\":\""
        + tool
        + "\",\"properties\":{\"dataClasses\":[]}}}";
  }

  private static String option(String semantic) {
    return "\"options\":{\"evaluations_semantic\":\"" + semantic + "\"},";
  }

  private List<Boolean> decisions(String body) {
    HttpResponse<String> answer = counter.ask(AuthzenWriter.EVALUATIONS, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode found = json(answer);
    assertThat(found.has("decision")).isFalse();
    return found.path("evaluations").findValues("decision").stream()
        .map(JsonNode::asBoolean)
        .toList();
  }

  private String reason(String body) {
    HttpResponse<String> answer = counter.ask(AuthzenWriter.EVALUATION, body);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode found = json(answer);
    assertThat(found.path("decision").isBoolean()).isTrue();
    assertThat(found.path("decision").asBoolean()).isFalse();
    return found.path("context").path("reason").asText();
  }

  private HttpResponse<String> get(String path) {
    return counter.send(HttpRequest.newBuilder(URI.create(counter.server.url() + path)).build());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new AssertionError(answer.body(), e);
    }
  }
}
