package io.countersign.activities.adapter.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The limits of YAML files, held by a document that arrives as JSON: levels, size, no character
 * that hides text.
 */
final class OpenJson {
  private final DocumentSchema schema;
  private final Problems problems;
  private final List<Object> path = new ArrayList<>();
  private long left;

  private OpenJson(DocumentSchema schema, int limit, Problems problems) {
    this.schema = schema;
    this.left = limit;
    this.problems = problems;
  }

  static void require(JsonNode json, DocumentSchema schema, int limit, Problems problems) {
    new OpenJson(schema, limit, problems).walk(json, schema.root());
    problems.throwIfAny();
  }

  private void walk(JsonNode node, JsonNode part) {
    spend(1);
    if (path.size() > YamlReader.DEPTH_LIMIT) {
      throw problems.fatal(
          new Place(0, 0, 0, 0), List.of(), "more than 32 levels", "at most 32 levels");
    }
    if (node.isTextual()) {
      text(node.textValue(), part.path("x-lines").asBoolean());
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        descend(i, node.get(i), schema.step(part, i));
      }
    } else {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        text(field.getKey(), false);
        descend(field.getKey(), field.getValue(), schema.step(part, field.getKey()));
      }
    }
  }

  private void descend(Object step, JsonNode node, JsonNode part) {
    path.add(step);
    walk(node, part);
    path.remove(path.size() - 1);
  }

  private void text(String text, boolean lines) {
    spend(text.length());
    Readable.firstUnreadable(text, lines)
        .ifPresent(
            point ->
                problems.add(
                    path,
                    Readable.name(point),
                    "text without characters that control, reorder or hide text"));
  }

  private void spend(int size) {
    left -= size;
    if (left < 0) {
      throw problems.fatal(
          new Place(0, 0, 0, 0), List.of(), "more than 256 KiB of text", "at most 256 KiB");
    }
  }
}
