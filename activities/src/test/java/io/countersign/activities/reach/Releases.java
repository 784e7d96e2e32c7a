package io.countersign.activities.reach;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.release.Manifest;
import java.nio.charset.StandardCharsets;

/** Manifests with one tool, {@code lookup}, that may be read. */
final class Releases {
  private static final DocumentReader READER = new DocumentReader(key -> key);
  private static final String RELEASE =
      """
      apiVersion: countersign.io/v1
      kind: Release
      metadata: {system: fraud-scorer, version: "VERSION", environment: production, owner: fraud@example.com}
      subjects:
        model: {uri: model, digest: "ANY"}
        dataset: {uri: data, digest: "ANY"}
        prompts: {uri: prompts, digest: "ANY"}
        policy: {uri: "POLICY", digest: "OF-POLICY"}
      workload:
        identity: spiffe://prod/fraud
        image: registry.example.com/fraud@ANY
        issuer: prod-cluster
      access: {policies: [fraud-read], tools: [{name: lookup, permissions: [read]}], tokenTtl: 15m, validity: 14d}
      profile:
        exposure: internal
        autonomy: assistive
        dataClasses: [CLASSES]
        intendedUse: Scores cases of possible fraud for an analyst.
        impact: A wrong score delays a payment.
      evidence: {metrics: metrics.json}
      """;
  private static final String ANY = "sha256:" + "ab".repeat(32);

  private Releases() {}

  static Manifest of(String version, String classes) {
    return manifest(text(version, classes).replace("POLICY", "policy").replace("OF-policy", ANY));
  }

  /** One whose policy is what the source has at this place now. */
  static Manifest of(String version, SubjectSource source, String uri) {
    return manifest(
        text(version, "pii")
            .replace("OF-POLICY", source.digest(uri, Progress.unwatched()).digest().toString())
            .replace("POLICY", uri));
  }

  private static String text(String version, String classes) {
    return RELEASE.replace("VERSION", version).replace("CLASSES", classes).replace("ANY", ANY);
  }

  private static Manifest manifest(String text) {
    return READER.release("r.yaml", text.getBytes(StandardCharsets.UTF_8)).manifest();
  }
}
