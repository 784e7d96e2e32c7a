package io.countersign.activities.check.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.check.CheckFindings;
import io.countersign.check.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run as {@code GET /api/2.0/mlflow/runs/get} answers it (MLflow 2 and 3). The digest that MLflow
 * itself gives a dataset is short and of its own making, so the SHA-256 digests of model and
 * dataset are tags that the training sets; the commit is MLflow's {@code mlflow.source.git.commit}.
 */
record RunReader(LineageRules rules, String uri, CheckFindings found) {
  private static final String SHA256 = "sha256:";

  @Nullable Origin read(JsonNode run) {
    JsonNode info = run.path("info");
    String status = info.path("status").asText();
    String stage = info.path("lifecycle_stage").asText();
    if (!status.equals("FINISHED") || !stage.equals("active")) {
      found.fail(
          "run-not-finished",
          Severity.HIGH,
          "the run is "
              + (status.isEmpty() ? "(nothing)" : status)
              + " and "
              + (stage.isEmpty() ? "(nothing)" : stage)
              + ", allowed is FINISHED and active",
          uri);
    }
    JsonNode data = run.path("data");
    Map<String, String> tags = pairs(data.path("tags"));
    ObjectNode parameters = JsonNodeFactory.instance.objectNode();
    pairs(data.path("params")).forEach(parameters::put);
    Set<String> models = new HashSet<>();
    String model = tags.get(rules.modelTag());
    if (model != null && model.startsWith(SHA256)) {
      models.add(model.substring(SHA256.length()));
    }
    List<Material> materials = new ArrayList<>();
    String commit = tags.get("mlflow.source.git.commit");
    if (commit != null) {
      String repository = tags.getOrDefault("mlflow.source.git.repoURL", "");
      materials.add(Material.of("code", repository, "gitCommit", commit));
    }
    List<String> makers = new ArrayList<>();
    add(makers, info.path("user_id").asText());
    add(makers, tags.getOrDefault("mlflow.user", ""));
    return new Origin(
        uri,
        Form.MLFLOW_RUN,
        models,
        datasets(run.path("inputs").path("dataset_inputs")),
        materials,
        makers,
        null,
        ParameterDigest.of(parameters));
  }

  private List<Material> datasets(JsonNode inputs) {
    List<Material> datasets = new ArrayList<>();
    for (JsonNode input : inputs) {
      String name = input.path("dataset").path("name").asText();
      String digest = pairs(input.path("tags")).getOrDefault(rules.datasetTag(), "");
      Material dataset =
          Material.of(
              name,
              name,
              "sha256",
              digest.startsWith(SHA256) ? digest.substring(SHA256.length()) : "");
      if (rules.dataset().isEmpty() || dataset.isNamed(rules.dataset())) {
        datasets.add(dataset);
      }
    }
    return datasets;
  }

  /** Two values of one key leave open which of them counts. */
  private Map<String, String> pairs(JsonNode list) {
    Map<String, String> pairs = new TreeMap<>();
    for (JsonNode pair : list) {
      String key = pair.path("key").asText();
      if (pairs.put(key, pair.path("value").asText()) != null) {
        found.fail("said-twice", Severity.HIGH, "the run says " + key + " twice", uri);
      }
    }
    return pairs;
  }

  private static void add(List<String> makers, String maker) {
    if (!maker.isBlank()) {
      makers.add(maker);
    }
  }
}
