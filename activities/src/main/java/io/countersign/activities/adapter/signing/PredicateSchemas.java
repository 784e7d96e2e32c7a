package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Validates predicates against the schemas in the jar. Loaded when the first statement is read, not
 * before.
 */
final class PredicateSchemas {
  private static final Set<String> SECRET = Set.of("oidcToken");
  private static final Map<PredicateType, Schema> SCHEMAS = load();

  private PredicateSchemas() {}

  static void validate(PredicateType type, JsonNode predicate) {
    List<Error> errors = Objects.requireNonNull(SCHEMAS.get(type)).validate(predicate);
    if (!errors.isEmpty()) {
      Error first = errors.get(0);
      throw Malformed.field("predicate" + place(first), found(first), allowed(first));
    }
  }

  private static String place(Error error) {
    String pointer = error.getInstanceLocation().toString();
    return pointer.equals("/") || pointer.isEmpty() || pointer.equals("$")
        ? ""
        : Malformed.shown(pointer);
  }

  private static String found(Error error) {
    JsonNode value = error.getInstanceNode();
    if (error.getProperty() != null) {
      return (error.getKeyword().equals("required") ? "no field " : "the field ")
          + Malformed.shown(error.getProperty());
    }
    if (value == null || value.isContainerNode() || value.isNull() || isSecret(error)) {
      return value == null ? "nothing" : StrictJson.kind(value);
    }
    return Malformed.shown(value.asText());
  }

  private static boolean isSecret(Error error) {
    return SECRET.stream().anyMatch(name -> error.getInstanceLocation().toString().contains(name));
  }

  /** The rule itself, from the schema: the library's messages quote what they refuse. */
  private static String allowed(Error error) {
    JsonNode rule = error.getSchemaNode();
    return switch (error.getKeyword()) {
      case "additionalProperties", "unevaluatedProperties" -> "are the fields of the schema";
      case "required" -> "is an object with it";
      default ->
          "by the schema: "
              + error.getKeyword()
              + (rule == null ? "" : " " + abbreviated(rule.toString()));
    };
  }

  private static String abbreviated(String rule) {
    return rule.length() > 200 ? rule.substring(0, 200) + "…" : rule;
  }

  private static Map<PredicateType, Schema> load() {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    Map<PredicateType, Schema> schemas = new EnumMap<>(PredicateType.class);
    for (PredicateType type : PredicateType.values()) {
      try (InputStream json = PredicateSchemas.class.getResourceAsStream(type.schemaResource())) {
        if (json == null) {
          throw new IllegalStateException("not in the jar: " + type.schemaResource());
        }
        schemas.put(
            type,
            registry.getSchema(
                new String(json.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return schemas;
  }
}
