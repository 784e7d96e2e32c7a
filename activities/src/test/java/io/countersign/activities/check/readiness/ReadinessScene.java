package io.countersign.activities.check.readiness;

import io.countersign.activities.check.BadInputs;
import io.countersign.activities.check.Contexts;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import java.util.List;

/** A second release with a way back and a report of a smoke test. */
final class ReadinessScene {
  static final String RULES = "{\"registries\": [\"registry.example.com\"], \"minTests\": 2}";
  static final BadInputs SOUND = new BadInputs("deployment-readiness-sound");

  final Contexts release = new Contexts();

  ReadinessScene() {
    release.with = RULES;
    release.predecessor = release.release.replace("version: \"2\"", "version: \"1\"");
    release.release =
        release.release.replace(
            "evidence: {metrics: metrics.json}",
            "evidence: {smokeTest: smoke}\nrollback: {to: \"1\"}");
    report(SOUND.text("smoke.json"));
  }

  ReadinessScene report(String text) {
    release.files.put("smoke", text);
    return this;
  }

  CheckResult run() {
    return release.run(new DeploymentReadiness());
  }

  List<String> findings() {
    return run().findings().stream().map(Finding::id).toList();
  }
}
