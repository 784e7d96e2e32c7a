package io.countersign.activities.adapter.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One of the JSON Schemas (2020-12) in the jar. The same schema says which scalars of a YAML file
 * are text and which are numbers, what a valid document is, and, in its descriptions, how errors
 * tell people what is allowed.
 *
 * <p>The validator is loaded on the first document, not before: a command that reads none must
 * start at once.
 */
final class DocumentSchema {
  private static final String FOLDER = "/io/countersign/schema/";

  private final JsonNode root;
  private @Nullable Schema validator;

  private DocumentSchema(String name) {
    try (InputStream in = DocumentSchema.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      root = new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the jar's " + name + " cannot be read", e);
    }
  }

  static DocumentSchema release() {
    return Release.SCHEMA;
  }

  static DocumentSchema gate() {
    return Gate.SCHEMA;
  }

  static DocumentSchema approvers() {
    return People.SCHEMA;
  }

  static DocumentSchema trust() {
    return Believed.SCHEMA;
  }

  private static final class Release {
    static final DocumentSchema SCHEMA = new DocumentSchema("release.v1.json");
  }

  private static final class Gate {
    static final DocumentSchema SCHEMA = new DocumentSchema("gate.v1.json");
  }

  private static final class People {
    static final DocumentSchema SCHEMA = new DocumentSchema("approvers.v1.json");
  }

  private static final class Believed {
    static final DocumentSchema SCHEMA = new DocumentSchema("trust.v1.json");
  }

  JsonNode root() {
    return root;
  }

  /**
   * What the schema says about a field or item of what this part of it describes; empty when
   * nothing.
   */
  JsonNode step(JsonNode part, Object step) {
    JsonNode here = resolve(part);
    if (step instanceof Integer) {
      return resolve(here.path("items"));
    }
    JsonNode named = here.path("properties").path(step.toString());
    return resolve(named.isMissingNode() ? here.path("additionalProperties") : named);
  }

  private JsonNode resolve(JsonNode part) {
    JsonNode reference = part.path("$ref");
    return reference.isTextual() ? root.at(reference.textValue().substring(1)) : part;
  }

  private JsonNode at(List<Object> path) {
    JsonNode here = resolve(root);
    for (Object step : path) {
      here = step(here, step);
    }
    return here;
  }

  void validate(JsonNode document, Problems problems) {
    for (Error error : validator().validate(document)) {
      report(error, problems);
    }
  }

  private synchronized Schema validator() {
    Schema ready = validator;
    if (ready == null) {
      ready =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(withoutHints(root.deepCopy()));
      validator = ready;
    }
    return ready;
  }

  /** The validator knows nothing of the hints for the reader of YAML and would warn of them. */
  private static JsonNode withoutHints(JsonNode part) {
    if (part instanceof ObjectNode object) {
      object.remove(List.of("x-lines", "x-empty-is-absent"));
    }
    part.forEach(DocumentSchema::withoutHints);
    return part;
  }

  private void report(Error error, Problems problems) {
    List<Object> path = path(error.getInstanceLocation());
    String property = error.getProperty();
    if (property != null) {
      List<Object> field = new ArrayList<>(path);
      field.add(property);
      if (error.getKeyword().equals("required")) {
        problems.add(field, "nothing", describe(at(field), "a value; the field is required"));
      } else {
        problems.addAtName(field, "an unknown field", names(at(path), property));
      }
      return;
    }
    JsonNode value = error.getInstanceNode();
    String allowed =
        switch (error.getKeyword()) {
          case "enum" -> listed(error.getSchemaNode());
          case "const" -> "'" + error.getSchemaNode().asText() + "'";
          case "type" -> describe(at(path), kind(error.getSchemaNode().asText()));
          default -> describe(at(path), error.getKeyword() + " " + error.getSchemaNode());
        };
    problems.add(path, shown(value), allowed);
  }

  private static List<Object> path(NodePath location) {
    List<Object> path = new ArrayList<>();
    for (int i = 0; i < location.getNameCount(); i++) {
      path.add(location.getElement(i));
    }
    return path;
  }

  private static String describe(JsonNode part, String otherwise) {
    return part.path("description").asText(otherwise);
  }

  private static String listed(JsonNode values) {
    List<String> words = new ArrayList<>();
    values.forEach(value -> words.add(value.asText()));
    return "one of " + String.join(", ", words);
  }

  /** The fields that are allowed, those that look most like the wrong one first. */
  private static String names(JsonNode part, String wrong) {
    List<String> names = new ArrayList<>();
    part.path("properties").fieldNames().forEachRemaining(names::add);
    names.sort(Comparator.comparingInt(name -> distance(wrong, name)));
    return names.isEmpty() ? "no field here" : "one of " + String.join(", ", names);
  }

  private static int distance(String wrong, String right) {
    String a = wrong.substring(0, Math.min(64, wrong.length())).toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int same = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(same, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }

  private static String kind(String type) {
    return switch (type) {
      case "object" -> "fields with values";
      case "array" -> "a list";
      case "string" -> "text";
      case "integer" -> "a whole number";
      case "boolean" -> "true or false";
      default -> "a " + type;
    };
  }

  static String shown(@Nullable JsonNode value) {
    if (value == null || value.isNull() || value.isMissingNode()) {
      return "nothing";
    }
    if (value.isObject()) {
      return value.isEmpty() ? "no fields" : "fields with values";
    }
    if (value.isArray()) {
      return value.isEmpty() ? "an empty list" : "a list of " + value.size();
    }
    return Problems.quoted(value.asText());
  }
}
