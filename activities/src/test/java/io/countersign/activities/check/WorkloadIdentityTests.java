package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One file for each defect; a file that nobody expects anything of fails. */
class WorkloadIdentityTests {
  private static final Path FOLDER =
      Path.of("src/test/resources/io/countersign/activities/check/workload-identity");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The finding, or the failure in capitals; nothing for a pass. */
  private static final Map<String, String> DEFECTS =
      Map.ofEntries(
          Map.entry("good", ""),
          Map.entry("any-issuer", "vault-issuer"),
          Map.entry("other-issuer-in-vault", "vault-issuer"),
          Map.entry("default-algorithms", "vault-algorithms"),
          Map.entry("weaker-algorithm", "vault-algorithms"),
          Map.entry("keys-from-a-url", "vault-keys"),
          Map.entry("keys-from-nowhere", "vault-keys"),
          Map.entry("one-key-more", "other-keys"),
          Map.entry("plain-http", "plain-transport"),
          Map.entry("slots-differ", "slots-differ"),
          Map.entry("other-subject-in-the-manifest", "other-subject"),
          Map.entry("subject-with-another-case", "other-subject"),
          Map.entry("subject-with-a-pattern", "INVALID_MANIFEST"),
          Map.entry("other-issuer-in-the-manifest", "other-issuer"),
          Map.entry("image-by-tag", "INVALID_MANIFEST"),
          Map.entry("identity-of-two-systems", "identity-of-two-systems"),
          Map.entry("identity-of-a-live-release", "identity-reused"));

  private final Contexts release = new Contexts();
  private final WorkloadIdentity check = new WorkloadIdentity();

  static Stream<String> defects() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(f -> f.getFileName().toString().replace(".json", "")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("defects")
  void everyDefectIsFound(String defect) throws IOException {
    String finding = DEFECTS.get(defect);
    assertThat(finding).as("an expectation for the file").isNotNull();
    JsonNode change = JSON.readTree(FOLDER.resolve(defect + ".json").toFile());
    release.slotA = slot(change.path("slotA"));
    release.slotB = slot(change.path("slotB"));
    release.release = edited(release.release, change.path("release"));
    release.gate = edited(release.gate, change.path("gate"));
    release.with = change.path("with").isObject() ? change.path("with").toString() : "{}";
    if (change.has("neighbour")) {
      release.neighbours = List.of(neighbour("9", change.path("neighbour").asText()));
    }
    if (finding.startsWith("INVALID")) {
      assertThatThrownBy(() -> release.run(check))
          .isInstanceOfSatisfying(
              GateException.class, e -> assertThat(e.type()).hasToString(finding));
      return;
    }
    CheckResult result = release.run(check);
    if (finding.isEmpty()) {
      assertThat(result.findings()).isEmpty();
      assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    } else {
      assertThat(release.findings(check)).contains(finding);
      assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    }
  }

  private SlotIdentity slot(JsonNode change) {
    List<String> algorithms = new ArrayList<>();
    change.path("algorithms").forEach(one -> algorithms.add(one.asText()));
    return new SlotIdentity(
        change.path("issuer").asText("https://k8s.example.com"),
        change.has("algorithms") ? algorithms : List.of("ES256"),
        change.path("keySource").asText("keys"),
        change.has("keys")
            ? Digest.of(change.path("keys").asText().getBytes(StandardCharsets.UTF_8))
            : release.keys,
        change.path("plain").asBoolean());
  }

  private static String edited(String text, JsonNode edit) {
    if (edit.isMissingNode()) {
      return text;
    }
    assertThat(text).contains(edit.path(0).asText());
    return text.replace(edit.path(0).asText(), edit.path(1).asText());
  }

  private LiveNeighbour neighbour(String version, String identity) {
    Manifest manifest =
        Contexts.manifest(
            release
                .release
                .replace("version: \"2\"", "version: \"" + version + "\"")
                .replace("spiffe://prod/fraud", identity));
    return new LiveNeighbour(
        manifest.id(),
        manifest,
        "https://k8s.example.com",
        new TreeMap<>(Map.of("fraud-read", Contexts.BODY)));
  }

  @Test
  void whoeverElseHasTheIdentityIsNamedWhereTheTierAllowsIt() {
    release.neighbours = List.of(neighbour("9", "spiffe://prod/fraud"));
    CheckResult result = release.run(check);
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.findings())
        .extracting(Finding::message)
        .containsExactly(
            "production/fraud-scorer/9, which is live, has the same workload identity");
  }

  @Test
  void thePredecessorHasTheIdentityByDesign() {
    release.with = "{\"reuse\": \"refused\"}";
    release.predecessor = release.release.replace("version: \"2\"", "version: \"1\"");
    release.neighbours = List.of(neighbour("1", "spiffe://prod/fraud"));
    assertThat(release.findings(check)).isEmpty();
  }

  @Test
  void theResultSaysWhatIsProvedOnlyLater() {
    assertThat(release.run(check).measurements())
        .containsEntry("issuer", "https://k8s.example.com")
        .containsEntry("subject", "spiffe://prod/fraud")
        .containsEntry("audience", "countersign")
        .containsEntry("algorithms", "ES256")
        .containsEntry("leeway", "off")
        .containsEntry("provedBeforeTheGrant", "by a login of the workload to the role probe");
  }

  @Test
  void aSettingThatIsNotKnownIsRefused() {
    release.with = "{\"reuse\": \"sometimes\"}";
    assertThatThrownBy(() -> release.run(check))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }
}
