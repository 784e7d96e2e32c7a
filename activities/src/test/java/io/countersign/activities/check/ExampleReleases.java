package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.check.CheckResult;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The example's releases from its files, locked, with other evidence than their manifests name. */
final class ExampleReleases {
  private final DocumentReader reader = new DocumentReader(key -> Keys.publicKey(key).keyId());
  private final SubjectSource source =
      new FileRootSource(List.of(CheckScene.EXAMPLE), 1L << 24, 1_000);
  private final Contexts world = new Contexts();

  ExampleReleases() {
    world.others.put("2026.11.1", world.others.get("1"));
    world.others.put("2026.11.2", world.others.get("1"));
  }

  /**
   * @param predecessor null for the first
   * @param measured what the check measured on the predecessor
   */
  CheckResult run(
      Check check,
      JsonNode with,
      String version,
      @Nullable String predecessor,
      @Nullable SortedMap<String, String> measured) {
    GatePolicy policy =
        reader.gatePolicy(CheckScene.text("gate.yaml").getBytes(StandardCharsets.UTF_8));
    SortedMap<String, JsonNode> settings = new TreeMap<>();
    with.properties().forEach(setting -> settings.put(setting.getKey(), setting.getValue()));
    return check.result(
        new CheckContext(
            manifest(version),
            predecessor == null ? null : manifest(predecessor),
            policy.systems().get(0),
            policy,
            policy.tiers().get(0),
            settings,
            source,
            new TreeMap<>(),
            new TreeMap<>(),
            measured,
            world.world(),
            Progress.unwatched()));
  }

  private Manifest manifest(String version) {
    ObjectNode json =
        (ObjectNode)
            reader
                .release(CheckScene.EXAMPLE.resolve("releases/" + version + "/release.yaml"))
                .json();
    for (JsonNode subject : json.path("subjects")) {
      String digest =
          source.digest(subject.path("uri").asText(), Progress.unwatched()).digest().toString();
      ((ObjectNode) subject).put("digest", digest);
    }
    ObjectNode evidence = json.putObject("evidence");
    evidence(version).forEach(evidence::put);
    return reader.manifest(json);
  }

  private static Map<String, String> evidence(String version) {
    String model = version.equals("2026.11.3") ? "2" : "1";
    return Map.of(
        "metrics", "reports/model-quality/" + model + "/metrics.json",
        "lineage", "reports/lineage/" + model + "/provenance.dsse.json",
        "bom", "reports/lineage/" + model + "/bom.json",
        "smokeTest", "reports/deployment-readiness/" + model + "/smoke-test.json",
        "modelSignature", "reports/model-signature/model-" + model + ".sig");
  }
}
