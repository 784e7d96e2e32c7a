package io.countersign.activities.check.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.CheckFindings;
import io.countersign.check.Severity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * CycloneDX 1.5 or 1.6 in JSON with one component of type {@code machine-learning-model}: its hash
 * is the model's, {@code modelCard.modelParameters.datasets} refers to components of type {@code
 * data}, {@code pedigree.commits} or components of type {@code file} are the code.
 */
record BomReader(LineageRules rules, String uri, CheckFindings found) {
  private static final Set<String> VERSIONS = Set.of("1.5", "1.6");
  private static final String MODEL = "machine-learning-model";

  @Nullable Origin read(JsonNode bom) {
    String version = bom.path("specVersion").asText();
    if (!bom.path("bomFormat").asText().equals("CycloneDX") || !VERSIONS.contains(version)) {
      found.fail(
          "other-bom",
          Severity.HIGH,
          "found "
              + bom.path("bomFormat").asText()
              + " "
              + version
              + ", allowed is CycloneDX 1.5 or 1.6",
          uri);
      return null;
    }
    Map<String, JsonNode> byRef = new HashMap<>();
    List<JsonNode> models = new ArrayList<>();
    List<JsonNode> files = new ArrayList<>();
    for (JsonNode component : components(top(bom))) {
      String ref = component.path("bom-ref").asText();
      if (!ref.isEmpty() && byRef.put(ref, component) != null) {
        found.fail("said-twice", Severity.HIGH, "two components are " + ref, uri);
      }
      String type = component.path("type").asText();
      if (type.equals(MODEL)) {
        models.add(component);
      } else if (type.equals("file")) {
        files.add(component);
      }
    }
    if (models.size() != 1) {
      found.fail(
          "no-model",
          Severity.HIGH,
          "found " + models.size() + " components of type " + MODEL + ", allowed is one",
          uri);
      return null;
    }
    JsonNode model = models.get(0);
    Set<JsonNode> parts = Collections.newSetFromMap(new IdentityHashMap<>());
    parts.addAll(components(List.of(model)));
    Set<String> digests = new HashSet<>();
    for (JsonNode part : parts) {
      String sha256 = material(part).sha256();
      if (sha256 != null) {
        digests.add(sha256);
      }
    }
    List<Material> materials = new ArrayList<>();
    for (JsonNode file : files) {
      if (!parts.contains(file)) {
        materials.add(material(file));
      }
    }
    List<String> makers = new ArrayList<>();
    for (JsonNode commit : model.path("pedigree").path("commits")) {
      materials.add(
          Material.of(
              "code", commit.path("url").asText(), "gitCommit", commit.path("uid").asText()));
      person(makers, commit.path("author"));
      person(makers, commit.path("committer"));
    }
    bom.path("metadata").path("authors").forEach(author -> person(makers, author));
    model.path("authors").forEach(author -> person(makers, author));
    return new Origin(
        uri,
        Form.ML_BOM,
        digests,
        datasets(model.path("modelCard").path("modelParameters").path("datasets"), byRef),
        materials,
        makers,
        null,
        null);
  }

  private static List<JsonNode> top(JsonNode bom) {
    List<JsonNode> top = new ArrayList<>();
    if (bom.path("metadata").path("component").isObject()) {
      top.add(bom.path("metadata").path("component"));
    }
    bom.path("components").forEach(top::add);
    return top;
  }

  /** These and what is nested in them. */
  private static List<JsonNode> components(List<JsonNode> top) {
    List<JsonNode> all = new ArrayList<>();
    Deque<JsonNode> open = new ArrayDeque<>(top);
    while (!open.isEmpty()) {
      JsonNode component = open.remove();
      all.add(component);
      component.path("components").forEach(open::add);
    }
    return all;
  }

  private List<Material> datasets(JsonNode list, Map<String, JsonNode> byRef) {
    List<Material> datasets = new ArrayList<>();
    for (JsonNode entry : list) {
      JsonNode referred = byRef.get(entry.path("ref").asText());
      Material dataset = material(referred == null ? entry : referred);
      if (rules.dataset().isEmpty() || dataset.isNamed(rules.dataset())) {
        datasets.add(dataset);
      }
    }
    return datasets;
  }

  private static Material material(JsonNode component) {
    SortedMap<String, String> digests = new TreeMap<>();
    for (JsonNode hash : component.path("hashes")) {
      String algorithm = hash.path("alg").asText().replace("-", "").toLowerCase(Locale.ROOT);
      Material.pin(digests, algorithm, hash.path("content").asText().toLowerCase(Locale.ROOT));
    }
    String name = component.path("name").asText();
    return new Material(name, component.path("bom-ref").asText(name), digests);
  }

  private static void person(List<String> makers, JsonNode author) {
    String email = author.path("email").asText();
    String name = email.isBlank() ? author.path("name").asText() : email;
    if (!name.isBlank()) {
      makers.add(name);
    }
  }
}
