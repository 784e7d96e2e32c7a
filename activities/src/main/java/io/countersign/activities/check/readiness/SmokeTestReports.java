package io.countersign.activities.check.readiness;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.activities.check.readiness.SmokeTest.Outcome;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads reports in JUnit XML, and in this JSON: {@code {"schema": "countersign.io/smoke-test/v1",
 * "image": {"digest": …}, "model": {"digest": …}, "tests": [{"name": …, "outcome":
 * passed|failed|error|skipped}]}}, where other parts may stand beside image and model.
 */
final class SmokeTestReports {
  private static final String SCHEMA = "countersign.io/smoke-test/v1";
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SmokeTestReports() {}

  static SmokeTest read(byte[] bytes) throws MalformedReport {
    return looksLikeXml(bytes) ? JunitXml.read(bytes) : json(bytes);
  }

  private static boolean looksLikeXml(byte[] bytes) {
    for (byte next : bytes) {
      boolean mark = next == (byte) 0xEF || next == (byte) 0xBB || next == (byte) 0xBF;
      if (!mark && !Character.isWhitespace(next)) {
        return next == '<';
      }
    }
    return false;
  }

  /** One JSON object without repeated fields; null for anything else. */
  static @Nullable JsonNode object(byte[] bytes) {
    try {
      JsonNode json = MAPPER.readTree(bytes);
      return json != null && json.isObject() ? json : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static SmokeTest json(byte[] bytes) throws MalformedReport {
    JsonNode json = object(bytes);
    if (json == null || !json.path("schema").asText().equals(SCHEMA)) {
      throw new MalformedReport("it is neither JUnit XML nor JSON of " + SCHEMA);
    }
    SmokeTest report = new SmokeTest();
    for (Map.Entry<String, JsonNode> part : json.properties()) {
      JsonNode digest = part.getValue().path("digest");
      if (digest.isTextual()) {
        report.names(part.getKey(), digest.textValue());
      }
    }
    if (!json.path("tests").isArray()) {
      throw new MalformedReport("it has no list of tests");
    }
    for (JsonNode test : json.path("tests")) {
      report.test(test.path("name").asText(), outcome(test.path("outcome").asText()));
    }
    return report;
  }

  private static Outcome outcome(String word) throws MalformedReport {
    return switch (word) {
      case "passed" -> Outcome.PASSED;
      case "failed", "error" -> Outcome.FAILED;
      case "skipped" -> Outcome.SKIPPED;
      default ->
          throw new MalformedReport("a test's outcome is none of passed, failed, error, skipped");
    };
  }
}
