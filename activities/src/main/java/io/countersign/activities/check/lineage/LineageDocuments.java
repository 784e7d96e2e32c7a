package io.countersign.activities.check.lineage;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.port.Attestations;
import io.countersign.activities.port.Attestations.Attestation;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tells the forms apart and reads each; what cannot be read is a finding and no origin. */
record LineageDocuments(Attestations attestations, LineageRules rules) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** Null when it is not taken; the findings say why. */
  @Nullable Origin read(String uri, byte[] bytes, CheckFindings found) {
    JsonNode json = json(bytes);
    if (json == null) {
      return unreadable(uri, "one JSON object with every field once", found);
    }
    if (json.has("payload") || json.has("payloadType")) {
      return signed(uri, bytes, found);
    }
    if (json.has("_type")) {
      return accepted(Form.UNSIGNED_PROVENANCE, uri, found)
          ? new ProvenanceReader(rules, uri, found).read(json, null)
          : null;
    }
    if (json.has("bomFormat")) {
      return accepted(Form.ML_BOM, uri, found) ? new BomReader(rules, uri, found).read(json) : null;
    }
    if (json.path("run").isObject()) {
      return accepted(Form.MLFLOW_RUN, uri, found)
          ? new RunReader(rules, uri, found).read(json.path("run"))
          : null;
    }
    return unreadable(
        uri, "in-toto (alone or in DSSE), CycloneDX, or a run of MLflow's REST interface", found);
  }

  private @Nullable Origin signed(String uri, byte[] bytes, CheckFindings found) {
    if (!accepted(Form.SIGNED_PROVENANCE, uri, found)) {
      return null;
    }
    Attestation attestation;
    try {
      attestation = attestations.open(bytes);
    } catch (GateException e) {
      if (e.type() == FailureType.UNREADABLE || e.type() == FailureType.OVERSIZED) {
        return unreadable(uri, "an in-toto statement in a DSSE envelope", found);
      }
      throw e;
    }
    JsonNode statement = json(attestation.statement());
    return statement == null
        ? unreadable(uri, "an in-toto statement in a DSSE envelope", found)
        : new ProvenanceReader(rules, uri, found).read(statement, attestation);
  }

  private boolean accepted(Form form, String uri, CheckFindings found) {
    boolean accepted = rules.accept().contains(form);
    if (!accepted) {
      found.fail(
          "form-not-accepted",
          Severity.HIGH,
          "found " + form + ", this tier takes " + rules.accept(),
          uri);
    }
    return accepted;
  }

  private static @Nullable Origin unreadable(String uri, String allowed, CheckFindings found) {
    found.fail("unreadable-lineage", Severity.HIGH, "allowed is " + allowed, uri);
    return null;
  }

  private static @Nullable JsonNode json(byte[] bytes) {
    try {
      JsonNode json = MAPPER.readTree(bytes);
      return json != null && json.isObject() ? json : null;
    } catch (IOException e) {
      return null;
    }
  }
}
