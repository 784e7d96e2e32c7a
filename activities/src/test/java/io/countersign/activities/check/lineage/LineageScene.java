package io.countersign.activities.check.lineage;

import io.countersign.activities.adapter.signing.BuilderAttestations;
import io.countersign.activities.check.BadInputs;
import io.countersign.activities.check.Contexts;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import java.util.List;
import java.util.TreeMap;

/** A release with lineage, under settings that take every form. */
final class LineageScene {
  static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIErxru/WuVbx6B97wBqyJUVytlRHXXxGQ8GCMYvgg5wR";
  static final String OTHER_KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOIJaHXCaKCZPyD6S2bhX/ZR6eVc0sCN+7JOH0B5wUW6";
  static final String RULES =
      """
      {"accept": ["signed-provenance", "unsigned-provenance", "mlflow-run", "ml-bom"],
       "builders": [
         {"id": "https://ci.example.com/train", "keys": ["KEY"],
          "buildTypes": ["https://ci.example.com/train/v1"]},
         {"id": "https://other.example.com/ci", "keys": ["OTHER"]},
         {"id": "https://workstation.example.com/dana"}],
       "dataset": ["dataset"],
       "repositories": ["git+https://git.example.com/fraud", "https://git.example.com/fraud"],
       "materials": ["requirements.txt"],
       "actors": ["/buildDefinition/internalParameters/actor"],
       "people": {"dana": "dana@example.com"}}
      """
          .replace("\"KEY\"", "\"" + KEY + "\"")
          .replace("\"OTHER\"", "\"" + OTHER_KEY + "\"");
  static final BadInputs SOUND = new BadInputs("lineage-sound");

  final Contexts release = new Contexts();

  LineageScene() {
    release.with = RULES;
    release.release =
        release.release.replace(
            "evidence: {metrics: metrics.json}", "evidence: {lineage: lineage.json}");
  }

  LineageScene document(String text) {
    release.files.put("lineage.json", text);
    return this;
  }

  /** With a predecessor of the same subjects, on which this was measured. */
  LineageScene after(String... measured) {
    release.predecessor = release.release.replace("version: \"2\"", "version: \"1\"");
    release.measured = new TreeMap<>();
    for (int i = 0; i < measured.length; i += 2) {
      release.measured.put(measured[i], measured[i + 1]);
    }
    return this;
  }

  CheckResult run() {
    return release.run(new Lineage(new BuilderAttestations()));
  }

  List<String> findings() {
    return run().findings().stream().map(Finding::id).toList();
  }
}
