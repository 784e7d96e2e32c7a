package io.countersign.activities.evidence;

import static io.countersign.activities.evidence.EvidenceScene.RELEASE;
import static io.countersign.activities.evidence.EvidenceScene.statements;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.release.Ledger;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bundles from the store, on the in-memory record. */
class BundlesTests {
  private final EvidenceScene scene = new EvidenceScene();

  @Test
  void holdsWhatIsNamedAndSaidInTheOrderOfTheFormat() {
    scene.live();
    String bundle = scene.bundle();
    scene.requireSigned(bundle);
    assertThat(statements(bundle))
        .extracting(BundlesTests::line)
        .containsExactly(
            "document gate.yaml",
            "document gate.yaml.sigs.jsonl",
            "document approvers.yaml",
            "document evidence/reports/metrics.json",
            "document approvers.yaml",
            "record production/fraud-scorer/2026.11.1",
            "submission production/fraud-scorer/2026.11.1",
            "release production/fraud-scorer/2026.11.1",
            "check-result production/fraud-scorer/2026.11.1",
            "sign-off production/fraud-scorer/2026.11.1",
            "verification_summary production/fraud-scorer/2026.11.1",
            "grant production/fraud-scorer/2026.11.1");
  }

  @Test
  void documentsAreTheirDigest() {
    scene.live();
    for (JsonNode statement : statements(scene.bundle())) {
      if (line(statement).startsWith("document ")) {
        byte[] content = Base64.getDecoder().decode(statement.at("/predicate/content").asText());
        assertThat(statement.at("/subject/0/digest/sha256").asText())
            .isEqualTo(Digest.of(content).hex());
      }
    }
  }

  @Test
  void theDecisionNamesWhatItCountedByPayload() {
    scene.live();
    List<JsonNode> lines = statements(scene.bundle());
    JsonNode summary =
        lines.stream()
            .filter(one -> line(one).startsWith("verification"))
            .findFirst()
            .orElseThrow();
    assertThat(summary.at("/predicate/verificationResult").asText()).isEqualTo("PASSED");
    assertThat(summary.at("/predicate/verifiedLevels/0").asText())
        .isEqualTo("COUNTERSIGN_CUSTOMER_FACING");
    List<String> payloads =
        scene
            .bundle()
            .lines()
            .map(line -> Ledger.tree(line).path("payload").asText())
            .map(payload -> Digest.of(Base64.getDecoder().decode(payload)).hex())
            .toList();
    assertThat(summary.at("/predicate/inputAttestations"))
        .hasSize(2)
        .allSatisfy(one -> assertThat(payloads).contains(one.at("/digest/sha256").asText()));
    assertThat(summary.path("subject")).hasSize(2);
  }

  @Test
  void sameRecordSameBytesAndMoreRecordMoreLines() {
    scene.live();
    String first = scene.bundle();
    assertThat(scene.bundle()).isEqualTo(first);
    scene.tell(
        EntryKind.REVOCATION_PROVED,
        "revocation-proved/g",
        body -> body.put("grantId", "g").put("reason", "over").putObject("proof"));
    scene.tell(EntryKind.COMPLETE, "complete", body -> body.put("state", "RETIRED"));
    String second = scene.bundle();
    assertThat(second).startsWith(first);
    assertThat(statements(second.substring(first.length())))
        .extracting(BundlesTests::line)
        .containsExactly("record " + RELEASE, "revocation " + RELEASE);
  }

  @Test
  void aDocumentThatWasNamedBeforeIsNotRepeated() {
    scene.live();
    String first = scene.bundle();
    scene.tell(
        EntryKind.RIGHTS,
        "rights/2",
        body -> body.put("approversDigest", Digest.of(EvidenceScene.NEWER_APPROVERS).toString()));
    assertThat(statements(scene.bundle().substring(first.length())))
        .extracting(BundlesTests::line)
        .containsExactly("record " + RELEASE);
  }

  @Test
  void aCiSubmissionKeepsItsTokenToItself() {
    scene.tell(
        EntryKind.SUBMITTED,
        "submitted",
        body ->
            body.putObject("ci")
                .put("rule", "github")
                .put("issuer", "https://ci.example.com")
                .put("subject", "repo:a")
                .put("tokenId", "1"));
    scene.tell(
        EntryKind.RESOLVED,
        "resolved",
        body ->
            body.put("gateDigest", Digest.of(EvidenceScene.GATE).toString())
                .put("approversDigest", Digest.of(EvidenceScene.APPROVERS).toString()));
    List<JsonNode> lines = statements(scene.bundle());
    assertThat(lines).noneMatch(one -> line(one).startsWith("submission"));
    assertThat(lines.get(lines.size() - 1).at("/predicate/ci/rule").asText()).isEqualTo("github");
  }

  @Test
  void nothingIsWrittenForAReleaseThatTheRecordDoesNotKnow() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> scene.bundles.write(ReleaseId.parse("production/fraud-scorer/9"), out))
        .satisfies(e -> assertThat(e.type()).isEqualTo(FailureType.UNKNOWN_RELEASE));
    assertThat(out.size()).isZero();
  }

  private static String line(JsonNode statement) {
    String type = statement.path("predicateType").asText();
    String[] parts = type.split("/", -1);
    return parts[parts.length - 2] + " " + statement.at("/subject/0/name").asText();
  }
}
