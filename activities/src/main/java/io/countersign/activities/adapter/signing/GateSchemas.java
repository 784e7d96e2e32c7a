package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.countersign.activities.port.Permit;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.JsonDocument;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Holds the gate's own statements against the schemas in the jar before they are signed. */
final class GateSchemas {
  private static final String OURS = "https://countersign.io/";

  /** Predicate types and the names of their schemas: {@code release.v1} is the manifest's. */
  private static final Map<String, String> RESOURCES =
      Map.of(
          OURS + "decisions/v1",
          "decisions.v1",
          OURS + "document/v1",
          "document.v1",
          OURS + "record/v1",
          "record.v1",
          OURS + "release/v1",
          "release-statement.v1",
          OURS + "grant/v1",
          "grant.v1",
          Permit.TYPE,
          "permit.v1",
          OURS + "drift/v1",
          "drift.v1",
          OURS + "revocation/v1",
          "revocation.v1",
          OURS + "time-stamp/v1",
          "time-stamp.v1",
          "https://slsa.dev/verification_summary/v1",
          "verification-summary.v1");

  private static final Map<String, Schema> SCHEMAS = load();

  private GateSchemas() {}

  /** INTERNAL when the gate is about to sign something that is not of its form. */
  static void validate(JsonDocument document) {
    JsonNode statement = tree(document);
    String type = statement.path("predicateType").asText();
    Schema schema = SCHEMAS.get(type);
    if (schema == null) {
      throw new GateException(FailureType.INTERNAL, "the gate makes no statements of this type");
    }
    JsonNode predicate = statement.path("predicate");
    List<Error> errors = schema.validate(predicate);
    if (!errors.isEmpty()) {
      throw new GateException(
          FailureType.INTERNAL,
          "a statement of type "
              + type
              + " does not fit its schema at "
              + errors.get(0).getInstanceLocation()
              + " ("
              + errors.get(0).getKeyword()
              + ")");
    }
  }

  private static JsonNode tree(JsonDocument document) {
    try {
      return GateJson.mapper().readTree(document.text());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document is JSON", e);
    }
  }

  private static Map<String, Schema> load() {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    Map<String, Schema> schemas = new TreeMap<>();
    RESOURCES.forEach(
        (type, name) -> schemas.put(type, registry.getSchema(text(name), InputFormat.JSON)));
    return schemas;
  }

  private static String text(String name) {
    String resource = "/io/countersign/schema/" + name + ".json";
    try (InputStream json = GateSchemas.class.getResourceAsStream(resource)) {
      if (json == null) {
        throw new IllegalStateException("not in the jar: " + resource);
      }
      return new String(json.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
