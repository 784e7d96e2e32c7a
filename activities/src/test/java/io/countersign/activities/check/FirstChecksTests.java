package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.check.risk.AcceptableUse;
import io.countersign.activities.check.scope.ScopeReview;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirstChecksTests {
  private static final String ENVELOPE =
      "{\"allow\": [{\"path\": \"kv/data/fraud/*\", \"capabilities\": [\"read\"]}]}";

  private final Contexts release = new Contexts();

  @Test
  void integrityReadsEverySubjectAndDocument() {
    CheckResult result = release.run(new ArtifactIntegrity());
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.evidence()).hasSize(5);
    assertThat(result.measurements()).containsEntry("model.bytes", "7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "data", "prompts", "policy"})
  void integrityFailsOnOneChangedByte(String subject) {
    release.files.put(subject, release.files.get(subject) + ".");
    assertThat(release.findings(new ArtifactIntegrity())).containsExactly("digest-mismatch");
    assertThat(release.run(new ArtifactIntegrity()).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void integrityFailsOnNothing() {
    release.files.put("model", "");
    assertThat(release.findings(new ArtifactIntegrity()))
        .containsExactly("digest-mismatch", "empty-subject");
    release.files.put("model", "weights");
    release.files.put("metrics.json", "");
    assertThat(release.findings(new ArtifactIntegrity())).containsExactly("empty-evidence");
  }

  @Test
  void aSourceThatIsAwayIsNoFailure() {
    release.files.remove("model");
    assertThatThrownBy(() -> release.run(new ArtifactIntegrity()))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE));
  }

  @Test
  void identityPassesWhenAllThreeAgree() {
    CheckResult result = release.run(new WorkloadIdentity());
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.measurements()).containsKeys("slot-a.keys", "slot-b.keys");
  }

  @ParameterizedTest
  @CsvSource({
    "https://other, ES256, keys, false, vault-issuer",
    "'', ES256, keys, false, vault-issuer",
    "https://k8s.example.com, RS256, keys, false, vault-algorithms",
    "https://k8s.example.com, '', keys, false, vault-algorithms",
    "https://k8s.example.com, ES256, jwks, false, vault-keys",
    "https://k8s.example.com, ES256, none, false, vault-keys",
    "https://k8s.example.com, ES256, keys, true, plain-transport"
  })
  void identityFailsWhenVaultDiffers(
      String issuer, String algorithm, String source, boolean plain, String finding) {
    release.slotB =
        Contexts.slot(issuer, algorithm.isEmpty() ? List.of() : List.of(algorithm), source, plain);
    assertThat(release.findings(new WorkloadIdentity()))
        .containsExactlyInAnyOrder("slots-differ", finding);
    release.slotA = release.slotB;
    assertThat(release.findings(new WorkloadIdentity())).containsExactly(finding, finding);
  }

  @Test
  void identityFailsWhenVaultTakesOtherKeysThanThePolicyNames() {
    release.keys = SlotIdentity.keys("https://k8s.example.com/keys");
    assertThat(release.findings(new WorkloadIdentity()))
        .containsExactly("other-keys", "other-keys");
  }

  @ParameterizedTest
  @CsvSource({
    "subject: \"spiffe://prod/fraud\", subject: \"spiffe://prod/*\"",
    "audience: countersign, audience: \"*\""
  })
  void aPolicyWithAPatternForAnIdentityIsNotEvenRead(String exact, String pattern) {
    assertThat(release.gate).contains(exact);
    release.gate = release.gate.replace(exact, pattern);
    assertThatThrownBy(() -> release.findings(new WorkloadIdentity()))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }

  @Test
  void identityFailsWhenTheManifestDiffers() {
    release.release = release.release.replace("spiffe://prod/fraud", "spiffe://prod/other");
    assertThat(release.findings(new WorkloadIdentity())).containsExactly("other-subject");
  }

  @Test
  void scopePassesInsideTheEnvelope() {
    release.with = ENVELOPE;
    CheckResult result = release.run(new ScopeReview());
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.measurements()).containsEntry("paths", "1").containsEntry("wildcards", "0");
  }

  @ParameterizedTest
  @CsvSource({
    "'path \"kv/data/other\" { capabilities = [\"read\"] }', outside-envelope",
    "'path \"kv/data/fraud/x\" { capabilities = [\"update\"] }', outside-envelope",
    "'path \"kv/data/fraud/x\" { capabilities = [\"read\", \"sudo\"] }', outside-envelope",
    "'path \"*\" { capabilities = [\"read\"] }', outside-envelope",
    "'path \"kv/+/fraud/x\" { capabilities = [\"read\"] }', outside-envelope",
    "'path \"kv/data/fraud/x\" { policy = \"read\" }', outside-envelope",
    "'path \"kv/data/fraud/x\" { control_group = 1 }', not-understood",
    "'nothing', not-understood"
  })
  void scopeFailsOutsideTheEnvelope(String body, String finding) {
    release.with = ENVELOPE;
    release.body = body;
    assertThat(release.findings(new ScopeReview())).contains(finding);
    assertThat(release.run(new ScopeReview()).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @ParameterizedTest
  @CsvSource({
    "tokenTtl: 15m, tokenTtl: 31m, too-long",
    "validity: 14d, validity: 31d, too-long",
    "policies: [fraud-read], 'policies: [fraud-read, fraud-read]', ''"
  })
  void scopeHoldsTheCaps(String good, String bad, String finding) {
    release.with = ENVELOPE;
    release.release = release.release.replace(good, bad);
    assertThat(release.findings(new ScopeReview()))
        .containsAll(finding.isEmpty() ? List.of() : List.of(finding));
  }

  @Test
  void scopeTellsTheDifferenceWithoutJudgingIt() {
    release.with = ENVELOPE;
    release.predecessor =
        release.release.replace("lookup", "search").replace("tokenTtl: 15m", "tokenTtl: 10m");
    release.predecessorBody = "path \"kv/data/fraud/other\" { capabilities = [\"read\"] }";
    CheckResult result = release.run(new ScopeReview());
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(release.findings(new ScopeReview()))
        .containsExactlyInAnyOrder(
            "scope-widened",
            "shared-at-cutover",
            "tools-widened",
            "tools-narrowed",
            "ttl-widened",
            "scope-narrowed");
    assertThat(result.findings())
        .extracting(Finding::message)
        .contains(
            "may now also read kv/data/fraud/scoring",
            "may no longer read kv/data/fraud/other",
            "may now also call lookup (read)",
            "may no longer call search (read)",
            "tokens live 15m, before 10m");
  }

  @Test
  void scopeRefusesSharingAtACutoverWhereTheTierForbidsIt() {
    release.with = ENVELOPE.replace("{\"allow", "{\"sharedScope\": \"refused\", \"allow");
    release.predecessor = release.release;
    release.predecessorBody = "path \"kv/data/fraud/other\" { capabilities = [\"read\"] }";
    assertThat(release.run(new ScopeReview()).outcome()).isEqualTo(CheckOutcome.FAIL);
    release.predecessorBody = Contexts.BODY;
    assertThat(release.run(new ScopeReview()).outcome()).isEqualTo(CheckOutcome.PASS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"sharedScope\": \"maybe\", \"allow\": [{\"path\": \"a\", \"capabilities\": [\"read\"]}]}",
        "{\"allow\": []}",
        "{\"allow\": [{}]}",
        "{\"allow\": [{\"path\": \"a\"}]}",
        "{\"allow\": [{\"path\": \"a*b\", \"capabilities\": [\"read\"]}]}",
        "{\"allow\": [{\"path\": \"a\", \"capabilities\": [\"root\"]}]}",
        "{\"allow\": [{\"path\": \"a\", \"capabilities\": [\"read\"], \"x\": 1}]}",
        "{\"allow\": \"*\"}"
      })
  void scopeRefusesAnEnvelopeThatSaysNothing(String with) {
    release.with = with;
    unusable(new ScopeReview());
  }

  @Test
  void acceptableUsePasses() {
    assertThat(release.run(new AcceptableUse()).outcome()).isEqualTo(CheckOutcome.PASS);
  }

  @ParameterizedTest
  @CsvSource({
    "Scores cases of possible fraud, Does SOCIAL-Scoring of people, prohibited-practice",
    "Scores cases of possible fraud, Does ｓｏｃｉａｌ scoring, prohibited-practice",
    "Scores cases of possible fraud, Emotions recognition, prohibited-practice",
    "Scores cases of possible fraud, Does sóciál scoring, prohibited-practice",
    "A wrong score, After social scoring a wrong score, prohibited-practice",
    "Scores cases of possible fraud for an analyst., TBD, not-stated",
    "Scores cases of possible fraud for an analyst., '...', not-stated",
    "Scores cases, 'Sсores cases', mixed-scripts",
    "owner: fraud@example.com, owner: n/a, not-stated",
    "A wrong score delays a payment., todo, not-stated",
    "'autonomy: agentic\n  dataClasses: [pii]', 'autonomy: agentic\n  dataClasses: [health]', data-not-allowed",
    "'autonomy: agentic\n  dataClasses: [pii]', 'autonomy: agentic\n  dataClasses: []', undeclared-data",
    "exposure: customer-facing, exposure: public, data-not-allowed"
  })
  void acceptableUseFails(String good, String bad, String finding) {
    assertThat(release.release).contains(good);
    release.release = release.release.replace(good, bad);
    assertThat(release.findings(new AcceptableUse())).contains(finding);
    assertThat(release.run(new AcceptableUse()).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void checksRefuseSettingsThatTheyDoNotKnow() {
    release.with = "{\"lenient\": true}";
    unusable(new AcceptableUse());
    unusable(new WorkloadIdentity());
  }

  private void unusable(Check check) {
    assertThatThrownBy(() -> release.run(check))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }
}
