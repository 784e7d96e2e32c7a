package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.activities.adapter.memory.UnsafeInMemoryKeyValue;
import io.countersign.activities.check.rotation.SecretRotation;
import io.countersign.activities.port.KeyValueSecrets;
import io.countersign.activities.port.KeyValueSecrets.Secret;
import io.countersign.activities.port.Progress;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.PathPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ages of static secrets say about a release. The clock stands at 1 November 2026. */
class SecretRotationTests {
  private static final SecretRotation CHECK = new SecretRotation();
  private static final Path DEFECTS =
      Path.of("src/test/resources/io/countersign/activities/check/secret-rotation");

  /** Which finding each broken scope gives. */
  private static final Map<String, String> EXPECTED =
      Map.of(
          "everything-by-wildcard.hcl", "not-declared",
          "half-a-policy.hcl", "not-understood",
          "mount-by-wildcard.hcl", "not-declared",
          "outside-the-watched-paths.hcl", "not-watched",
          "template-in-a-path.hcl", "not-understood",
          "undeclared-engine.hcl", "not-declared",
          "version-one.hcl", "no-times",
          "whole-mount.hcl", "not-watched");

  private final Contexts context = new Contexts();

  SecretRotationTests() {
    context.with = "{\"maxAge\": \"90d\"}";
    context.gate =
        context.gate.replace(
            "staticSecrets: [", "staticSecrets: [{mount: old, version: 1, paths: ['*']}, ");
  }

  static Stream<Path> defects() throws IOException {
    try (Stream<Path> files = Files.list(DEFECTS)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("defects")
  void aBrokenScopeFails(Path defect) throws IOException {
    context.body = Files.readString(defect);

    CheckResult result = context.run(CHECK);

    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings())
        .extracting(Finding::id)
        .contains(EXPECTED.get(defect.getFileName().toString()));
  }

  @Test
  void passesOnSecretsYoungerThanTheTierAllows() {
    CheckResult result = context.run(CHECK);

    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.findings()).isEmpty();
    assertThat(result.measurements()).containsEntry("secrets.static", "1");
  }

  @ParameterizedTest(name = "changed {0}, predecessor live {1}: {2}")
  @CsvSource(
      nullValues = "-",
      value = {
        "2026-08-03T12:00:00Z, -, ",
        "2026-08-03T11:59:59Z, -, not-rotated",
        "2026-08-03T11:59:59Z, 2026-08-03T11:59:59Z, ",
        "2026-07-01T00:00:00Z, 2026-06-30T00:00:00Z, ",
        "2026-07-01T00:00:00Z, 2026-07-02T00:00:00Z, not-rotated",
        "2026-10-20T00:00:00Z, 2026-10-25T00:00:00Z, ",
        "2026-11-01T12:04:00Z, -, ",
        "2026-11-01T12:06:00Z, -, from-the-future"
      })
  void aSecretIsRotatedSinceThePredecessorWentLiveOrYoungEnough(
      Instant changed, Instant live, String finding) {
    context.keyValue = new UnsafeInMemoryKeyValue().secret("kv", "fraud/scoring", changed);
    context.predecessorLiveAt = live;

    assertThat(context.findings(CHECK))
        .isEqualTo(finding == null || finding.isEmpty() ? List.of() : List.of(finding));
  }

  @Test
  void aDeletedVersionIsNotARotation() {
    context.keyValue =
        new UnsafeInMemoryKeyValue()
            .secret("kv", new Secret("fraud/scoring", 3, context.now, false));

    assertThat(context.findings(CHECK)).containsExactly("version-gone");
    assertThat(context.run(CHECK).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void everySecretThatAWildcardReachesIsJudgedAndNoneThatIsDenied() {
    context.body =
        """
        path "kv/data/fraud/*" { capabilities = ["read"] }
        path "kv/data/fraud/vault/*" { capabilities = ["deny"] }
        """;
    Instant old = Instant.parse("2025-01-01T00:00:00Z");
    context.keyValue =
        new UnsafeInMemoryKeyValue()
            .secret("kv", "fraud/scoring", context.now)
            .secret("kv", "fraud/deep/down", old)
            .secret("kv", "fraud/vault/key", old);

    assertThat(context.run(CHECK).findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.id()).isEqualTo("not-rotated");
              assertThat(finding.evidence()).isEqualTo("kv/fraud/deep/down");
            });
  }

  @Test
  void dynamicSecretsPassByConstruction() {
    context.gate =
        context.gate.replace(
            "staticSecrets:", "dynamicSecrets: [database/creds/fraud], staticSecrets:");
    context.body = "path \"database/creds/fraud\" { capabilities = [\"read\"] }";

    CheckResult result = context.run(CHECK);

    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.measurements()).containsEntry("secrets.dynamicPaths", "1");
  }

  @Test
  void whatLiesUnderAKeyValueMountIsNotDynamicBecauseSomebodySaysSo() {
    context.gate =
        context.gate.replace("staticSecrets:", "dynamicSecrets: [kv/data/fraud], staticSecrets:");
    context.keyValue =
        new UnsafeInMemoryKeyValue()
            .secret("kv", "fraud/scoring", Instant.parse("2025-01-01T00:00:00Z"));

    assertThat(context.findings(CHECK)).containsExactly("not-rotated");
  }

  @Test
  void pathsOfOtherEnginesAreNamedAndVersionOneMayBeNoted() {
    context.body =
        """
        path "transit/keys/fraud" { capabilities = ["read"] }
        path "old/fraud" { capabilities = ["read"] }
        path "auth/token/lookup-self" { capabilities = ["read"] }
        """;
    context.with =
        "{\"maxAge\": \"90d\", \"versionOne\": \"noted\", \"notSecrets\": [\"transit/keys/*\"]}";

    assertThat(context.run(CHECK).outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(context.findings(CHECK)).containsExactly("no-times");
  }

  @ParameterizedTest
  @CsvSource({"kv, 1, other-engine", "database, '', other-engine"})
  void aMountThatIsSomethingElseFails(String type, String version, String finding) {
    context.keyValue = new UnsafeInMemoryKeyValue().mount("kv", type, version);

    assertThat(context.findings(CHECK)).containsExactly(finding);
  }

  @Test
  void aMountThatIsNotThereFailsAndAMissingSecretIsTold() {
    context.keyValue = new UnsafeInMemoryKeyValue();
    assertThat(context.findings(CHECK)).containsExactly("no-engine");

    context.keyValue = new UnsafeInMemoryKeyValue().mount("kv", "kv", "2");
    assertThat(context.findings(CHECK)).containsExactly("no-secret");
  }

  @Test
  void aRotationShowsInTheReviewAndTimeAloneDoesNot() {
    CheckResult before = context.run(CHECK);
    context.now = context.now.plusSeconds(86_400);
    assertThat(context.run(CHECK)).isEqualTo(before);

    context.keyValue =
        new UnsafeInMemoryKeyValue()
            .secret("kv", new Secret("fraud/scoring", 2, context.now, true));
    assertThat(context.run(CHECK)).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"VAULT_UNAVAILABLE", "VAULT_DENIED", "SOURCE_REFUSED"})
  void whatCouldNotBeLookedAtIsNoResult(FailureType type) {
    context.keyValue = new Blind(type);

    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> context.run(CHECK))
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(type));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"maxAge\": \"\"}",
        "{\"maxAge\": \"soon\"}",
        "{\"maxAge\": \"90d\", \"maxage\": \"90d\"}",
        "{\"maxAge\": \"90d\", \"versionOne\": \"passed\"}",
        "{\"maxAge\": \"90d\", \"notSecrets\": []}",
        "{\"maxAge\": \"90d\", \"notSecrets\": [\"a*b\"]}"
      })
  void settingsThatAreNotUnderstoodAreRefused(String with) {
    context.with = with;

    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> context.run(CHECK))
        .satisfies(
            failure -> assertThat(failure.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }

  private record Blind(FailureType type) implements KeyValueSecrets {
    @Override
    public Optional<Engine> engine(String mount) {
      return Optional.of(new Engine("kv", "2"));
    }

    @Override
    public List<Secret> secrets(String mount, PathPattern secrets, Progress progress) {
      throw new GateException(type, "kv");
    }
  }
}
