package io.countersign.activities.check.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.check.Contexts;
import io.countersign.activities.check.LiveNeighbour;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One policy for each defect; a file that nobody expects anything of fails. */
class ScopeReviewTests {
  private static final Path FOLDER =
      Path.of("src/test/resources/io/countersign/activities/check/scope-review");

  /** For each file what must be found; empty for a pass. */
  private static final Map<String, String> DEFECTS =
      Map.ofEntries(
          Map.entry("within", ""),
          Map.entry("within-by-parameters", ""),
          Map.entry("deny-only", ""),
          Map.entry("everything", "too-wide"),
          Map.entry("any-mount", "too-wide"),
          Map.entry("mounts-that-begin-alike", "too-wide"),
          Map.entry("system-paths", "too-wide"),
          Map.entry("login-methods", "too-wide"),
          Map.entry("sudo-on-raw-storage", "root-protected"),
          Map.entry("sudo-on-audit-devices", "root-protected"),
          Map.entry("writes-policies", "writes-rights"),
          Map.entry("writes-a-role", "writes-rights"),
          Map.entry("makes-tokens", "writes-rights"),
          Map.entry("writes-identities", "writes-rights"),
          Map.entry("whole-mount", "whole-mount"),
          Map.entry("templated", "not-understood"),
          Map.entry("star-in-the-middle", "not-understood"),
          Map.entry("plus-beside-letters", "not-understood"),
          Map.entry("interpolated", "not-understood"),
          Map.entry("unknown-capability", "not-understood"),
          Map.entry("unknown-field", "not-understood"),
          Map.entry("capabilities-twice", "not-understood"),
          Map.entry("same-path-with-two-limits", "not-understood"),
          Map.entry("other-parameters", "outside-envelope"),
          Map.entry("other-capability", "outside-envelope"),
          Map.entry("next-to-it", "outside-envelope"),
          Map.entry("no-path", "not-understood"),
          Map.entry("truncated", "not-understood"),
          Map.entry("path-twice.json", "not-understood"));

  private static final String WITH =
      """
      {"allow": [{"path": "kv/data/fraud/*", "capabilities": ["read"]},
                 {"path": "transit/sign/fraud", "capabilities": ["update"],
                  "allowed_parameters": {"input": [], "prehashed": ["true"]}}],
       "tools": {"lookup": ["read"]}}
      """;

  private final Contexts release = new Contexts();
  private final ScopeReview check = new ScopeReview();

  @BeforeEach
  void settings() {
    release.with = WITH;
  }

  static Stream<String> defects() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(f -> f.getFileName().toString().replace(".hcl", "")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("defects")
  void everyDefectIsFound(String defect) throws IOException {
    String finding = DEFECTS.get(defect);
    assertThat(finding).as("an expectation for the file").isNotNull();
    release.body = Files.readString(FOLDER.resolve(defect + ".hcl"));
    CheckResult result = release.run(check);
    if (finding.isEmpty()) {
      assertThat(release.findings(check)).containsExactly("first-release");
      assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    } else {
      assertThat(release.findings(check)).contains(finding);
      assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"everything", "any-mount", "system-paths", "writes-policies"})
  void someRightsNoTierCanAllow(String defect) throws IOException {
    release.with =
        """
        {"allow": [{"path": "*", "capabilities": ["create", "read", "update", "delete", "list",
                                                  "patch", "sudo"]}]}
        """;
    release.body = Files.readString(FOLDER.resolve(defect + ".hcl"));
    assertThat(release.findings(check)).doesNotContain("outside-envelope");
    assertThat(release.run(check).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void whatAWorkloadMayDoWithItsOwnTokenIsNotTooMuch() {
    release.body = "path \"auth/token/renew-self\" { capabilities = [\"update\"] }";
    release.with =
        "{\"allow\": [{\"path\": \"auth/token/renew-self\", \"capabilities\": [\"update\"]}]}";
    assertThat(release.findings(check)).containsExactly("first-release");
  }

  @Test
  void theDifferenceIsToldInPlainWords() {
    release.predecessor =
        release
            .release
            .replace("permissions: [read]}", "permissions: [read, export]}")
            .replace("validity: 14d", "validity: 7d")
            .replace("identity: spiffe://prod/fraud", "identity: spiffe://prod/old");
    release.predecessorBody =
        """
        path "kv/data/fraud/scoring" { capabilities = ["read"] }
        path "kv/data/fraud/cases" { capabilities = ["read"] }
        """;
    release.body =
        """
        path "kv/data/fraud/scoring" { capabilities = ["read"] }
        path "kv/data/payments/*" { capabilities = ["read", "list"] }
        path "transit/sign/fraud" {
          capabilities = ["update"]
          allowed_parameters = { "input" = [] }
        }
        """;
    release.release =
        release.release.replace(
            "permissions: [read]}]",
            "permissions: [read]}, {name: refund.create, permissions: [write]}]");
    assertThat(release.run(check).findings())
        .extracting(Finding::message)
        .contains(
            "may now also read and list kv/data/payments/*",
            "may now also change transit/sign/fraud (within allowed_parameters)",
            "may no longer read kv/data/fraud/cases",
            "may now also call refund.create (write)",
            "may no longer call lookup (export)",
            "access lasts 14d, before 7d",
            "acts as spiffe://prod/fraud, before spiffe://prod/old");
  }

  @ParameterizedTest
  @CsvSource({
    "permissions: [read], 'permissions: [read, write]', with [write]",
    "name: lookup, name: refund.create, call refund.create"
  })
  void aToolThatTheTierDoesNotAllowFails(String good, String bad, String words) {
    assertThat(release.release).contains(good);
    release.release = release.release.replace(good, bad);
    CheckResult result = release.run(check);
    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.id()).isEqualTo("tool-not-allowed");
              assertThat(finding.message()).contains(words);
            });
  }

  @Test
  void aTierMayAllowNoToolAtAll() {
    release.with = WITH.replace("{\"lookup\": [\"read\"]}", "\"none\"");
    assertThat(release.findings(check)).contains("tool-not-allowed");
    release.release = release.release.replace("tools: [{name: lookup, permissions: [read]}], ", "");
    assertThat(release.findings(check)).doesNotContain("tool-not-allowed");
  }

  private LiveNeighbour neighbour(String version, String identity, String issuer, String body) {
    Manifest manifest =
        Contexts.manifest(
            release
                .release
                .replace("version: \"2\"", "version: \"" + version + "\"")
                .replace("spiffe://prod/fraud", identity));
    return new LiveNeighbour(manifest.id(), manifest, issuer, new TreeMap<>(Map.of("p", body)));
  }

  @Test
  void aReleaseUnderTheSameIdentitySharesItsScope() {
    release.neighbours =
        List.of(
            neighbour(
                "9",
                "spiffe://prod/fraud",
                "https://k8s.example.com",
                "path \"kv/data/ledger\" { capabilities = [\"update\"] }"));
    CheckResult result = release.run(check);
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.id()).isEqualTo("shared-identity");
              assertThat(finding.message())
                  .contains(
                      "production/fraud-scorer/9 is live under the same workload identity",
                      "this one may then also change kv/data/ledger",
                      "production/fraud-scorer/9 may then also read kv/data/fraud/scoring");
            });
    assertThat(result.measurements())
        .containsEntry("liveNeighbours", "1")
        .containsEntry("sameWorkload", "1");
    release.with = WITH.replace("{\"allow\"", "{\"sharedScope\": \"refused\", \"allow\"");
    assertThat(release.run(check).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void theSameSubjectOfAnotherIssuerIsAnotherWorkload() {
    release.neighbours =
        List.of(
            neighbour(
                "9",
                "spiffe://prod/fraud",
                "https://other.example.com",
                "path \"kv/data/ledger\" { capabilities = [\"update\"] }"));
    assertThat(release.findings(check)).containsExactly("first-release");
  }

  @ParameterizedTest
  @CsvSource({"read, LOW", "update, MEDIUM"})
  void whoeverReachesTheSamePathIsNamed(String capability, String severity) {
    release.neighbours =
        List.of(
            neighbour(
                "9",
                "spiffe://prod/other",
                "https://k8s.example.com",
                "path \"kv/data/+/scoring\" { capabilities = [\"" + capability + "\"] }"));
    assertThat(release.run(check).findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.id()).isEqualTo("overlap");
              assertThat(finding.severity()).hasToString(severity.toLowerCase(Locale.ROOT));
              assertThat(finding.message()).contains("kv/data/+/scoring");
            });
  }

  @Test
  void thePredecessorIsNoNeighbourAndAnotherWhosePoliciesAreUnclearIsNamed() {
    release.predecessor = release.release.replace("version: \"2\"", "version: \"1\"");
    release.neighbours =
        List.of(
            neighbour("1", "spiffe://prod/fraud", "https://k8s.example.com", Contexts.BODY),
            neighbour("9", "spiffe://prod/other", "https://k8s.example.com", "path \"a\" {"));
    assertThat(release.findings(check)).containsExactly("overlap-not-known");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"lookup\": []}",
        "{\"lookup\": \"read\"}",
        "{\"lookup\": [1]}",
        "\"any\""
      })
  void toolsThatSayNothingAreRefused(String tools) {
    release.with = WITH.replace("{\"lookup\": [\"read\"]}", tools);
    assertThatThrownBy(() -> release.run(check))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }

  @Test
  void moreThanCanBeComparedIsNotUnderstood() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 1_001; i++) {
      body.append("path \"kv/data/fraud/").append(i).append("\" { capabilities = [\"read\"] }\n");
    }
    release.body = body.toString();
    release.with = "{\"allow\": [{\"path\": \"kv/data/fraud/*\", \"capabilities\": [\"read\"]}]}";
    assertThat(release.findings(new ScopeReview())).contains("not-understood");
  }
}
