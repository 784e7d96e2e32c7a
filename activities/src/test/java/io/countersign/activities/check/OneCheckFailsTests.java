package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.memory.UnsafeInMemoryKeyValue;
import io.countersign.activities.adapter.memory.UnsafeNoScanner;
import io.countersign.activities.port.Progress;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The example's first release under all checks of its strong tier, which are all that are built in:
 * as it is it passes, and for every check there is a release that fails this one alone.
 */
class OneCheckFailsTests {
  private final Map<String, Defect> defects =
      Map.ofEntries(
          Map.entry(
              "mlops.artifact-integrity",
              it -> it.says("/evidence/modelSignature", "reports/model-signature/model-2.sig")),
          Map.entry("mlops.model-format", this::aModelThatRunsCode),
          Map.entry("mlops.lineage", it -> it.says("/evidence/bom", "reports/lineage/2/bom.json")),
          Map.entry(
              "mlops.model-quality",
              it -> it.says("/evidence/metrics", "reports/model-quality/2/metrics.json")),
          Map.entry(
              "mlops.deployment-readiness",
              it ->
                  it.says("/evidence/smokeTest", "reports/deployment-readiness/2/smoke-test.json")),
          Map.entry(
              "security.workload-identity",
              it -> it.world.keys = Digest.of("rotated".getBytes(StandardCharsets.US_ASCII))),
          Map.entry(
              "security.dependencies",
              it -> it.says("/dependencies/0/reviewedUntil", "2026-10-31")),
          Map.entry(
              "security.scope-review",
              it -> it.body += "path \"kv/data/fraud/ledger\" { capabilities = [\"read\"] }"),
          Map.entry("security.runtime-policy", this::aPolicyThatPermitsNothing),
          Map.entry("security.secret-rotation", OneCheckFailsTests::aSecretOfLastYear),
          Map.entry("security.secrets-handling", OneCheckFailsTests::aSecretInAPrompt),
          Map.entry(
              "security.audit-logging",
              it -> it.says("/workload/logs/sink", "https://logs.example.org/elsewhere")),
          Map.entry(
              "risk.acceptable-use",
              it ->
                  it.says(
                      "/profile/intendedUse",
                      "Does social scoring of all customers for the analysts of the company.")),
          Map.entry(
              "risk.business-impact", it -> it.says("/metadata/owner", "somebody@example.org")),
          Map.entry("risk.combined-risk", it -> it.says("/profile/autonomy", "autonomous")));

  private final StrongTier release = new StrongTier();
  @TempDir private Path directory;

  /** Breaks the release in one place. */
  @FunctionalInterface
  private interface Defect {
    void into(StrongTier release) throws IOException;
  }

  static Stream<String> checks() {
    return StrongTier.INSTALLED.keySet().stream();
  }

  @Test
  void theReleaseAsItIsPasses() {
    assertThat(release.failed()).isEmpty();
  }

  @Test
  void theStrongTierHasEveryCheckThatIsBuiltIn() {
    assertThat(release.rules().stream().map(CheckRule::check))
        .containsExactlyInAnyOrderElementsOf(StrongTier.INSTALLED.keySet());
  }

  @ParameterizedTest
  @MethodSource("checks")
  void oneReleaseFailsItAndNoOther(String check) throws IOException {
    assertThat(defects).containsKey(check);
    defects.get(check).into(release);
    assertThat(release.failed()).containsExactly(check);
  }

  /** A pickle beside the model, which its makers measured, tested, traced and signed. */
  private void aModelThatRunsCode(StrongTier release) throws IOException {
    byte[] pickle = "cos\nsystem\n(S'true'\ntR.".getBytes(StandardCharsets.US_ASCII);
    RetrainedExample example = new RetrainedExample(directory).withFile("scaler.pkl", pickle);
    release.gate = example.gate(release.gate);
    release.source = example.source();
    release.release = release.locked();
  }

  private void aPolicyThatPermitsNothing(StrongTier release) throws IOException {
    Path policy = Files.createDirectories(directory.resolve("strict")).resolve("strict.cedar");
    Files.writeString(policy, "forbid (principal, action, resource);\n");
    release.source = new FileRootSource(List.of(CheckScene.EXAMPLE, directory), 1L << 24, 1_000);
    release.says("/subjects/policy/uri", "strict");
    release.says(
        "/subjects/policy/digest",
        release.source.digest("strict", Progress.unwatched()).digest().toString());
  }

  private static void aSecretOfLastYear(StrongTier release) {
    release.world.keyValue =
        new UnsafeInMemoryKeyValue()
            .secret("kv", "fraud/scoring", Instant.parse("2025-11-01T12:00:00Z"));
  }

  /** The scanner of this test takes a word that is in a prompt for a secret. */
  private static void aSecretInAPrompt(StrongTier release) {
    release.world.scanner = new UnsafeNoScanner("analyst");
  }
}
