package io.countersign.activities.check.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.port.Attestations.Attestation;
import io.countersign.check.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SLSA provenance v1 (slsa.dev/provenance/v1) in an in-toto Statement v1. */
record ProvenanceReader(LineageRules rules, String uri, CheckFindings found) {
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";
  private static final String PROVENANCE = "https://slsa.dev/provenance/v1";

  /**
   * @param attestation null for a bare statement
   */
  @Nullable Origin read(JsonNode statement, @Nullable Attestation attestation) {
    String type = statement.path("_type").asText();
    String predicateType = statement.path("predicateType").asText();
    if (!type.equals(STATEMENT) || !predicateType.equals(PROVENANCE)) {
      found.fail(
          "other-predicate",
          Severity.HIGH,
          "found "
              + type
              + " with "
              + predicateType
              + ", allowed is "
              + STATEMENT
              + " with "
              + PROVENANCE,
          uri);
      return null;
    }
    JsonNode predicate = statement.path("predicate");
    JsonNode build = predicate.path("buildDefinition");
    String id = predicate.path("runDetails").path("builder").path("id").asText();
    Builder builder = rules.builders().get(id);
    if (builder == null) {
      found.fail(
          "unknown-builder",
          Severity.CRITICAL,
          "the builder is "
              + (id.isEmpty() ? "(none)" : id)
              + ", allowed are "
              + rules.builders().keySet(),
          uri);
      return null;
    }
    if (!signature(builder, attestation)) {
      return null;
    }
    String buildType = build.path("buildType").asText();
    if (!builder.buildTypes().isEmpty() && !builder.buildTypes().contains(buildType)) {
      found.fail(
          "other-build-type",
          Severity.HIGH,
          "the build type is "
              + (buildType.isEmpty() ? "(none)" : buildType)
              + ", allowed are "
              + builder.buildTypes(),
          uri);
    }
    List<Material> datasets = new ArrayList<>();
    List<Material> materials = new ArrayList<>();
    for (JsonNode resource : build.path("resolvedDependencies")) {
      Material material = Material.resource(resource);
      (material.isNamed(rules.dataset()) ? datasets : materials).add(material);
    }
    return new Origin(
        uri,
        attestation == null ? Form.UNSIGNED_PROVENANCE : Form.SIGNED_PROVENANCE,
        models(statement.path("subject")),
        datasets,
        materials,
        makers(predicate, id),
        id,
        ParameterDigest.of(build.path("externalParameters"), build.path("internalParameters")));
  }

  /** A builder that signs is not believed without its signature, whoever else signed. */
  private boolean signature(Builder builder, @Nullable Attestation attestation) {
    if (attestation == null && builder.keys().isEmpty()) {
      return true;
    }
    if (attestation == null) {
      found.fail(
          "not-signed",
          Severity.CRITICAL,
          "provenance of " + builder.id() + " must be signed, and this is not",
          uri);
      return false;
    }
    if (builder.keys().isEmpty() || !attestation.signedBy(builder.keys())) {
      found.fail(
          "forged-provenance",
          Severity.CRITICAL,
          "no key of " + builder.id() + " signed this provenance, which says that it is its own",
          uri);
      return false;
    }
    return true;
  }

  private static Set<String> models(JsonNode subjects) {
    Set<String> models = new HashSet<>();
    for (JsonNode subject : subjects) {
      String sha256 = Material.resource(subject).sha256();
      if (sha256 != null) {
        models.add(sha256);
      }
    }
    return models;
  }

  private List<String> makers(JsonNode predicate, String builder) {
    List<String> makers = new ArrayList<>();
    if (rules.people().containsKey(builder)) {
      makers.add(builder);
    }
    for (String pointer : rules.actors()) {
      JsonNode actor = predicate.at(pointer);
      List<JsonNode> actors = new ArrayList<>();
      if (actor.isArray()) {
        actor.forEach(actors::add);
      } else {
        actors.add(actor);
      }
      boolean named =
          !actors.isEmpty()
              && actors.stream()
                  .allMatch(a -> (a.isTextual() || a.isIntegralNumber()) && !a.asText().isBlank());
      if (!named) {
        found.fail("no-makers", Severity.HIGH, "the provenance names nobody at " + pointer, uri);
        continue;
      }
      actors.forEach(a -> makers.add(a.asText()));
    }
    return makers;
  }
}
