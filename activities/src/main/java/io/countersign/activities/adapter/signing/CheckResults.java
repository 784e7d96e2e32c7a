package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.check.CheckResult;

/** The result of a check as it stands in a statement: its name stands beside it, not in it. */
final class CheckResults {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
          .build();

  private CheckResults() {}

  static ObjectNode write(CheckResult result) {
    ObjectNode json = MAPPER.valueToTree(result);
    json.remove("check");
    return json;
  }

  static CheckResult read(String check, JsonNode result) {
    ObjectNode json = result.deepCopy();
    json.put("check", check);
    try {
      return MAPPER.treeToValue(json, CheckResult.class);
    } catch (JsonProcessingException e) {
      Throwable cause = e.getCause();
      // Only the domain's own refusals are safe to show; the library's messages quote what they
      // refuse.
      String why =
          cause instanceof IllegalArgumentException
              ? cause.getMessage()
              : "allowed is a result of the schema";
      throw Malformed.unreadable("predicate.result: " + why);
    }
  }
}
