package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.countersign.activities.check.secrets.SecretsHandling;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SecretScanner;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reports in SARIF and the gate's own scan. The scanner of these tests takes one word for a secret.
 */
class SecretsHandlingTests {
  private static final SecretsHandling CHECK = new SecretsHandling();
  private static final Path FOLDER =
      Path.of("src/test/resources/io/countersign/activities/check/secrets-handling");
  private static final String SOUND = "sound.sarif";

  /** Which finding each input gives; a leading "-" for one that does not fail the check. */
  private static final Map<String, String> EXPECTED = new TreeMap<>();

  static {
    Stream.of(
            "archive-among-prompts.zip not-text",
            "artifact-hash-not-hex.sarif not-sarif",
            "control-characters-in-names.sarif scan-result",
            "covers-one-of-two-subjects.sarif not-covered",
            "covers-other-files.sarif not-covered",
            "empty.sarif not-sarif",
            "html-page.sarif not-sarif",
            "inline-external-properties.sarif results-elsewhere",
            "latin-1-prompt.txt not-text",
            "level-of-nobody-is-warning.sarif scan-result",
            "level-of-the-rule.sarif scan-result",
            "level-unknown.sarif not-sarif",
            "names-no-artifacts.sarif not-covered",
            "no-runs.sarif no-run",
            "part-of-a-rule.sarif scan-result",
            "results-field-twice.sarif not-sarif",
            "results-in-another-file.sarif results-elsewhere",
            "results-missing.sarif not-scanned",
            "results-null.sarif not-scanned",
            "review-with-a-level.sarif scan-result",
            "levels-overridden-for-the-run.sarif scan-result",
            "rule-by-index.sarif scan-result",
            "rule-of-an-extension.sarif scan-result",
            "runs-not-a-list.sarif not-sarif",
            "scan-not-successful.sarif not-scanned",
            "second-document-behind.sarif not-sarif",
            "second-run-of-another-tool.sarif other-tool",
            "secret-in-a-prompt.md secret-found",
            "secret-in-message-and-address.sarif scan-result",
            "security-severity-not-a-number.sarif scan-result",
            "sound.sarif -",
            "suppressed-everything.sarif -suppressed",
            "suppression-under-review.sarif scan-result",
            "tool-not-allowed.sarif other-tool",
            "truncated.sarif not-sarif",
            "utf-16-prompt.txt not-text",
            "version-2.0.0.sarif not-sarif",
            "version-missing.sarif not-sarif",
            "zero-byte-in-a-prompt.txt not-text")
        .map(line -> line.split(" ", 2))
        .forEach(line -> EXPECTED.put(line[0], line[1]));
  }

  private final Contexts context = new Contexts();

  SecretsHandlingTests() throws IOException {
    context.release =
        context.release.replace(
            "evidence: {metrics: metrics.json}", "evidence: {scans: [s.sarif]}");
    context.with = "{\"tools\": [\"Semgrep OSS\"], \"securitySeverity\": 7}";
    report(Files.readString(FOLDER.resolve(SOUND)));
  }

  private void report(String text) {
    context.files.put("s.sarif", text);
  }

  private void prompt(String path, byte[] content) {
    context.files.remove("prompts");
    context.raw.put("prompts/" + path, content);
    String digest = Contexts.listing(Map.of(path, content)).subject().digest().toString();
    context.release = context.release.replace("PROMPTS", digest);
  }

  static Stream<Path> inputs() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void everyInputGivesItsFinding(Path input) throws IOException {
    String name = input.getFileName().toString();
    String expected = EXPECTED.get(name);
    assertThat(expected).as("what %s must give", name).isNotNull();
    if (name.endsWith(".sarif")) {
      report(Files.readString(input));
    } else {
      context.with = context.with.replace("{", "{\"notCovered\": \"noted\", ");
      prompt(name, Files.readAllBytes(input));
    }

    CheckResult result = context.run(CHECK);

    boolean passes = expected.startsWith("-");
    String id =
        expected.replace("-", "").isEmpty() ? "" : passes ? expected.substring(1) : expected;
    assertThat(result.outcome()).isEqualTo(passes ? CheckOutcome.PASS : CheckOutcome.FAIL);
    assertThat(result.findings().stream().map(Finding::id))
        .contains(id.isEmpty() ? new String[0] : new String[] {id});
    assertThat(result.toString()).doesNotContain("hunter2", "s3cr3t-value", "\u202e", "\u0007");
  }

  @Test
  void expectsNothingOfFilesThatAreNotThere() throws IOException {
    assertThat(inputs().map(file -> file.getFileName().toString()))
        .containsExactlyElementsOf(EXPECTED.keySet());
  }

  @Test
  void namesRuleFileAndLineOfASecretAndNeverTheSecret() throws IOException {
    context.with = context.with.replace("{", "{\"notCovered\": \"noted\", ");
    prompt("system.md", Files.readAllBytes(FOLDER.resolve("secret-in-a-prompt.md")));

    assertThat(context.run(CHECK).findings())
        .filteredOn(finding -> finding.id().equals("secret-found"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.evidence()).isEqualTo("prompts/system.md");
              assertThat(finding.message()).contains("line 2").contains("rule word");
            });
  }

  @Test
  void manifestAndVaultPoliciesAreScannedToo() {
    context.release =
        context.release.replace("A wrong score", "The password is hunter2. A wrong score");
    context.body = Contexts.BODY + "\n# hunter2\n";

    assertThat(context.run(CHECK).findings())
        .extracting(Finding::id, Finding::evidence)
        .containsExactlyInAnyOrder(
            tuple("secret-found", "release.yaml, as JSON"),
            tuple("secret-found", "Vault policy fraud-read"));
  }

  @Test
  void tellsResultsByRuleWithTheFirstPlace() throws IOException {
    report(Files.readString(FOLDER.resolve("level-of-the-rule.sarif")));

    CheckResult result = context.run(CHECK);

    assertThat(result.findings())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message())
                    .isEqualTo(
                        "Semgrep OSS rule loud: 1 result of level error, security severity 9.1,"
                            + " the first at prompts/system.md:7"));
    assertThat(result.measurements())
        .containsEntry("results.error", "1")
        .containsEntry("tools", "Semgrep OSS 1.99.0");
  }

  @Test
  void countsWhatWasSuppressedAndRefusesItBySetting() throws IOException {
    report(Files.readString(FOLDER.resolve("suppressed-everything.sarif")));
    CheckResult noted = context.run(CHECK);
    assertThat(noted.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(noted.measurements()).containsEntry("results.suppressed", "3");

    context.with = context.with.replace("{", "{\"suppressed\": \"refused\", ");
    assertThat(context.run(CHECK).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @ParameterizedTest
  @CsvSource({
    "note, 10, FAIL",
    "warning, 10, FAIL",
    "error, 10, PASS",
    "error, 4, FAIL",
    "error, 5.1, PASS"
  })
  void theTierSaysWhatIsGrave(String failAt, String severity, CheckOutcome outcome) {
    context.with =
        "{\"tools\": [\"Semgrep OSS\"], \"failAt\": \"%s\", \"securitySeverity\": %s}"
            .formatted(failAt, severity);
    report(
        context
            .files
            .get("s.sarif")
            .replace(
                "\"results\": []",
                "\"results\": [{\"ruleId\": \"x\", \"level\": \"warning\", \"properties\":"
                    + " {\"security-severity\": \"5.0\"}}]"));

    assertThat(context.run(CHECK).outcome()).isEqualTo(outcome);
  }

  @Test
  void aReportMustBeNamedUnlessTheTierLetsItBe() {
    context.release = context.release.replace("scans: [s.sarif]", "metrics: metrics.json");
    assertThat(context.findings(CHECK)).containsExactly("no-scan");

    context.with = context.with.replace("{", "{\"scans\": \"optional\", ");
    assertThat(context.findings(CHECK)).isEmpty();
  }

  @Test
  void coverageMayBeNotedAndMayBeOfOtherSubjects() throws IOException {
    report(Files.readString(FOLDER.resolve("names-no-artifacts.sarif")));
    context.with = context.with.replace("{", "{\"notCovered\": \"noted\", ");
    assertThat(context.run(CHECK).outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(context.findings(CHECK)).containsExactly("not-covered", "not-covered");

    context.with = "{\"tools\": [\"Semgrep OSS\"], \"covers\": [\"model\"]}";
    assertThat(context.findings(CHECK)).containsExactly("not-covered");
    report(
        Files.readString(FOLDER.resolve(SOUND))
            .replace(
                Contexts.digest("say").substring("sha256:".length()),
                Contexts.digest("weights")
                    .substring("sha256:".length())
                    .toUpperCase(java.util.Locale.ROOT)));
    assertThat(context.findings(CHECK)).isEmpty();
  }

  @Test
  void aMillionResultsAreCountedInLittleMemory() {
    StringBuilder results = new StringBuilder("{}");
    for (int i = 1; i < 1_000_000; i++) {
      results.append(",{}");
    }
    report(
        context.files.get("s.sarif").replace("\"results\": []", "\"results\": [" + results + "]"));

    CheckResult result = context.run(CHECK);

    assertThat(result.measurements()).containsEntry("results.warning", "1000000");
    assertThat(result.findings()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kinds", "rules", "runs", "depth", "name", "text"})
  void aReportWithoutMeasureIsRefused(String what) {
    StringBuilder many = new StringBuilder();
    String sound = context.files.get("s.sarif");
    for (int i = 0; i < 25_000; i++) {
      many.append(
          switch (what) {
            case "kinds" -> ",{\"ruleId\": \"" + i + "\"}";
            case "rules" -> ",{\"id\": \"" + i + "\"}";
            case "runs" -> ",{}";
            case "depth" -> "[";
            default -> "x".repeat(100);
          });
    }
    report(
        switch (what) {
          case "kinds" -> sound.replace("\"results\": []", "\"results\": [{}" + many + "]");
          case "rules" -> sound.replace("\"rules\": [", "\"rules\": [{}" + many + ",");
          case "runs" -> sound.replace("\"runs\": [", "\"runs\": [{}" + many + ",");
          case "depth" -> sound.replace("\"results\": []", "\"results\": [" + many);
          case "name" -> sound.replace("\"results\": []", "\"" + many + "\": 1, \"results\": []");
          default ->
              sound.replace("\"results\": []", "\"results\": [{\"ruleId\": \"" + many + "\"}]");
        });

    assertThat(context.findings(CHECK)).contains("not-sarif");
  }

  @Test
  void aTextLargerThanTheTierScansIsToldAndFails() {
    prompt("long.txt", "x".repeat(101).getBytes(StandardCharsets.UTF_8));
    context.with =
        "{\"tools\": [\"T\"], \"scans\": \"optional\", \"notCovered\": \"noted\", \"maxFileBytes\": 100}";
    assertThat(context.findings(CHECK)).contains("oversized");

    context.with =
        context
            .with
            .replace("{", "{\"notText\": \"noted\", ")
            .replace("[\"T\"]", "[\"Semgrep OSS\"]");
    assertThat(context.run(CHECK).outcome()).isEqualTo(CheckOutcome.PASS);
  }

  @Test
  void bytesThatAreNotTheManifestsAreNotScannedInTheirPlace() {
    context.files.put("prompts", "swapped");

    assertThat(context.findings(CHECK)).contains("other-bytes");
  }

  @Test
  void whatCouldNotBeLookedAtIsNoResult() {
    context.scanner =
        () -> {
          throw new GateException(FailureType.CHECK_BROKEN, "none");
        };
    refuses(FailureType.CHECK_BROKEN);

    context.scanner = new Contexts().scanner;
    context.refused = "s.sarif";
    refuses(FailureType.SOURCE_REFUSED);
    context.refused = null;
    context.files.remove("s.sarif");
    refuses(FailureType.SOURCE_UNAVAILABLE);
  }

  @Test
  void theScanIsClosedWhateverHappens() {
    boolean[] closed = {false};
    context.scanner =
        () ->
            new SecretScanner.Scan() {
              @Override
              public void add(String name, byte[] text) {}

              @Override
              public SecretScanner.Report run(Progress progress) {
                throw new GateException(FailureType.CHECK_BROKEN, "hung");
              }

              @Override
              public void close() {
                closed[0] = true;
              }
            };
    refuses(FailureType.CHECK_BROKEN);
    assertThat(closed[0]).isTrue();
  }

  @Test
  void theReportIsEvidenceByItsDigest() {
    assertThat(context.run(CHECK).evidence())
        .singleElement()
        .satisfies(
            evidence ->
                assertThat(evidence.digest())
                    .isEqualTo(
                        Digest.of(context.files.get("s.sarif").getBytes(StandardCharsets.UTF_8))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"tools\": []}",
        "{\"tools\": [\"\"]}",
        "{\"tools\": [\"a\"], \"failAt\": \"none\"}",
        "{\"tools\": [\"a\"], \"securitySeverity\": 11}",
        "{\"tools\": [\"a\"], \"subjects\": [\"weights\"]}",
        "{\"tools\": [\"a\"], \"covers\": []}",
        "{\"tools\": [\"a\"], \"maxFileBytes\": 0}",
        "{\"tools\": [\"a\"], \"maxFileBytes\": 1.5}",
        "{\"tools\": [\"a\"], \"maxFileBytes\": 16777217}",
        "{\"tools\": [\"a\"], \"scan\": \"off\"}"
      })
  void settingsThatAreNotUnderstoodAreRefused(String with) {
    context.with = with;
    refuses(FailureType.INVALID_GATE_POLICY);
  }

  private void refuses(FailureType type) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> context.run(CHECK))
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(type));
  }
}
