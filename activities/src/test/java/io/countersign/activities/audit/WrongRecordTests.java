package io.countersign.activities.audit;

import static io.countersign.activities.audit.AuditScene.AGAIN;
import static io.countersign.activities.audit.AuditScene.EXAMPLE;
import static io.countersign.activities.audit.AuditScene.GRANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.grant.Slot;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Records that somebody wrote who has the gate's own key and its database: every hash and every
 * signature of the gate holds, and what they tell could not have happened.
 */
class WrongRecordTests {
  private final AuditScene scene = new AuditScene();

  @Test
  void aSignOffBeforeItsReview() {
    scene.submitted();
    scene.dossier().tier().checks().forEach(rule -> scene.check(rule.check()));
    scene.signOff("mara@example.com", GateFunction.MLOPS);
    found(scene.review(), Flaw.OUT_OF_ORDER, "before there was a review");
  }

  @Test
  void aSignOffBeforeItWasSigned() {
    scene.reviewed();
    scene.signOff(
        "mara@example.com",
        GateFunction.MLOPS,
        SignOffDecision.APPROVE,
        scene.now().plus(Duration.ofHours(1)));
    found(scene, Flaw.OUT_OF_ORDER, "NOT_YET_VALID");
  }

  @Test
  void aSignOffAfterItHadExpired() {
    scene.reviewed();
    scene.signOff(
        "mara@example.com",
        GateFunction.MLOPS,
        SignOffDecision.APPROVE,
        scene.now().minus(Duration.ofDays(2)));
    found(scene, Flaw.NOT_ALLOWED, "EXPIRED");
  }

  @Test
  void aSignOffAfterItsDecision() {
    scene.reviewed();
    scene.signOff("mara@example.com", GateFunction.MLOPS);
    scene.signOff("sven@example.com", GateFunction.SECURITY);
    scene.decided().signOff("rita@example.com", GateFunction.RISK);
    found(scene, Flaw.NOT_APPROVED, "still missing");
  }

  @Test
  void anEntryThatIsDatedBack() {
    scene.approved().after(Duration.ofHours(-5)).decided();
    found(scene, Flaw.OUT_OF_ORDER, "long before one that it follows");
  }

  @Test
  void aWithdrawnApprover() {
    scene.reviewed().rights("sven@example.com: withdrawnAt: 2026-11-23T07:00:00Z");
    scene.after(Duration.ofMinutes(10)).signOff("sven@example.com", GateFunction.SECURITY);
    found(scene, Flaw.NOT_ALLOWED, "PERSON_NOT_VALID");
  }

  @Test
  void anApproverWhoWasWithdrawnBeforeTheDecision() {
    scene.approved().rights("sven@example.com: withdrawnAt: 2026-11-23T07:00:00Z");
    found(scene.after(Duration.ofMinutes(10)).decided(), Flaw.NOT_APPROVED, "still missing");
  }

  @Test
  void aRevokedKey() {
    scene.reviewed().rights("sven@example.com: revokedAt: 2026-11-23T07:00:00Z");
    scene.after(Duration.ofMinutes(10)).signOff("sven@example.com", GateFunction.SECURITY);
    found(scene, Flaw.NOT_ALLOWED, "KEY_REVOKED");
  }

  @Test
  void aKeyThatWasRevokedBeforeTheAuthoritySawTheSignature() {
    scene.reviewed().rights("sven@example.com: revokedAt: 2026-11-23T09:00:00Z");
    scene.after(Duration.ofMinutes(10)).signOff("sven@example.com", GateFunction.SECURITY).seal();
    found(scene.after(Duration.ofHours(3)).stamp(), Flaw.NOT_ALLOWED, "KEY_REVOKED");
  }

  @Test
  void aKeyThatNobodyIsKnownToHave() {
    scene.reviewed();
    scene.cast.loses("sven@example.com");
    found(
        scene.signOff("sven@example.com", GateFunction.SECURITY),
        Flaw.UNKNOWN_KEY,
        "not among the known keys");
  }

  @Test
  void whoeverMadeOrSubmittedItApproves() {
    scene.reviewed().signOff("rita@example.com", GateFunction.MLOPS);
    found(scene, Flaw.NOT_ALLOWED, "NOT_IN_FUNCTION");
  }

  @Test
  void aRuleFileThatNoOwnerSigned() {
    byte[] gate =
        new String(AuditScene.bytes(EXAMPLE.resolve("gate.yaml")), StandardCharsets.UTF_8)
            .replace("quorum: 2", "quorum: 1")
            .getBytes(StandardCharsets.UTF_8);
    scene.cast.loses("paul@example.com");
    Cast before = new Cast();
    found(
        scene.submitted("omar@example.com", gate),
        before,
        Flaw.BAD_SIGNATURE,
        "gate.yaml: fewer than 2 policy owners");
  }

  @Test
  void somebodySubmitsWhoMayNot() {
    found(
        scene.submitted("mara@example.com", AuditScene.bytes(EXAMPLE.resolve("gate.yaml"))),
        Flaw.NOT_ALLOWED,
        "NOT_ALLOWED");
  }

  @Test
  void aGrantWithoutADecision() {
    found(scene.approved().granted(GRANT, Slot.A), Flaw.OUT_OF_ORDER, "without a decision");
  }

  @Test
  void aDecisionThatNobodyMetTheRequirementsOf() {
    scene.reviewed().signOff("mara@example.com", GateFunction.MLOPS).decided();
    found(scene.granted(GRANT, Slot.A), Flaw.NOT_APPROVED, "2 still missing");
  }

  @Test
  void aGrantLongAfterItsSignOffsHadExpired() {
    scene.approved().decided().after(Duration.ofDays(3));
    found(scene.granted(GRANT, Slot.A), Flaw.NOT_APPROVED, "when access was given");
  }

  @Test
  void aSecondGrantAfterTheEndOfTheFirst() {
    scene.live().revocation(GRANT, "SUSPENDED").revoked(GRANT, Slot.A).granted(AGAIN, Slot.B);
    found(scene, Flaw.OUT_OF_ORDER, "while the release was SUSPENDED", "without a decision");
  }

  @Test
  void anEndWithoutAProofOfItsRevocation() {
    scene.live().revocation(GRANT, "RETIRED").complete("RETIRED");
    found(scene, new Options(false, null), Flaw.NOT_REVOKED, "not proved to have ended");
  }

  @Test
  void aProofOfAnotherSlot() {
    scene.live().revocation(GRANT, "RETIRED").revoked(GRANT, Slot.B).complete("RETIRED");
    found(scene, new Options(false, null), Flaw.NOT_REVOKED, "the proof is of something else");
  }

  @Test
  void aReviewOfOtherChecks() {
    scene.submitted().check("mlops.artifact-integrity");
    scene.tell(
        EntryKind.REVIEW,
        "gate",
        "review/1",
        body -> body.put("round", 1).put("reviewDigest", "sha256:" + "0".repeat(64)));
    found(scene, Flaw.NOT_APPROVED, "the review of round 1");
  }

  @Test
  void anOrderByWhoMayNotGiveIt() {
    found(
        scene.live().ordered("mara@example.com", OrderKind.ROLLBACK),
        Flaw.NOT_ALLOWED,
        "NOT_ALLOWED");
  }

  @Test
  void aTimeStampFromBeforeTheEntry() {
    scene.reviewed().signOff("mara@example.com", GateFunction.MLOPS).seal();
    found(
        scene.after(Duration.ofHours(-1)).stamp(),
        Flaw.OUT_OF_ORDER,
        "before it is said to have happened");
  }

  private static void found(AuditScene scene, Flaw flaw, String... said) {
    found(scene, new Options(true, null), flaw, said);
  }

  private static void found(AuditScene scene, Options options, Flaw flaw, String... said) {
    expect(scene.verify(scene.bundle(), options), flaw, said);
  }

  private static void found(AuditScene scene, Cast believed, Flaw flaw, String... said) {
    AuditTools tools = scene.tools(believed);
    List<String> lines = scene.bundle();
    byte[] bundle = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    expect(AuditScene.verify(bundle, new Options(true, null), tools), flaw, said);
  }

  private static void expect(Audit audit, Flaw flaw, String... said) {
    assertThat(audit.findings()).extracting(Finding::flaw).contains(flaw);
    for (String words : said) {
      assertThat(audit.findings())
          .anySatisfy(
              one -> {
                assertThat(one.flaw()).isEqualTo(flaw);
                assertThat(one.detail()).contains(words);
              });
    }
  }
}
