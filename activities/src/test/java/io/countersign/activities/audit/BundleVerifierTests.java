package io.countersign.activities.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.grant.Slot;
import io.countersign.record.EntryKind;
import io.countersign.signoff.OrderKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds is said to hold, no more and no less. */
class BundleVerifierTests {
  private final AuditScene scene = new AuditScene();

  @Test
  void aWholeLifeVerifies() {
    Audit audit = scene.whole().verify();
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.release()).isEqualTo(AuditScene.RELEASE);
    assertThat(audit.end()).isEqualTo("ROLLED_BACK");
    assertThat(audit.entries()).isEqualTo(scene.record.entries().count(scene.release));
    assertThat(audit.proved())
        .anyMatch(
            line ->
                line.contains(
                    "by mara@example.com (mlops), sven@example.com (security), rita@example.com (risk)"))
        .anyMatch(line -> line.startsWith("Access was given once"));
    assertThat(audit.notProved()).anyMatch(line -> line.contains("not anchored"));
  }

  @Test
  void manySealsAndStampsAreAnchored() {
    scene.reviewed().stamp();
    scene
        .after(Duration.ofMinutes(5))
        .signOff("mara@example.com", io.countersign.policy.GateFunction.MLOPS);
    scene.signOff("sven@example.com", io.countersign.policy.GateFunction.SECURITY).seal();
    scene.signOff("rita@example.com", io.countersign.policy.GateFunction.RISK).stamp();
    scene.decided().granted(AuditScene.GRANT, Slot.A).seal();
    long anchored = scene.record.entries().count(scene.release);
    scene.stamp();
    scene.revocation(AuditScene.GRANT, "RETIRED").revoked(AuditScene.GRANT, Slot.A);
    Audit audit = scene.complete("RETIRED").verify();
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.anchoredEntry()).isEqualTo(anchored);
    assertThat(audit.anchoredAt()).isNotNull();
    assertThat(audit.notProved())
        .anyMatch(line -> line.contains("anchored to entry " + anchored + "."));
    assertThat(scene.stamp().verify().notProved()).noneMatch(line -> line.contains("anchored"));
  }

  @Test
  void anOpenRecordIsRefusedUntilSomebodySaysOpen() {
    scene.live();
    assertThat(scene.verify().findings())
        .singleElement()
        .satisfies(one -> assertThat(one.flaw()).isEqualTo(Flaw.NOT_CLOSED));
    assertThat(scene.verify(scene.bundle(), new Options(true, null)).findings()).isEmpty();
  }

  @Test
  void anOlderBundleLacksTheHeadThatWasNoted() {
    List<String> older = scene.live().bundle();
    Audit then = scene.verify(older, new Options(true, null));
    scene.after(Duration.ofHours(1)).ordered("otto@example.com", OrderKind.SUSPEND);
    Audit now = scene.verify(scene.bundle(), new Options(true, null));
    assertThat(scene.verify(scene.bundle(), new Options(true, then.head())).findings()).isEmpty();
    assertThat(scene.verify(older, new Options(true, now.head())).findings())
        .singleElement()
        .satisfies(one -> assertThat(one.flaw()).isEqualTo(Flaw.NOT_CLOSED))
        .asString()
        .contains("older");
  }

  @Test
  void suspendedAndRestoredVerifiesWithAnotherDecision() {
    scene
        .live()
        .after(Duration.ofHours(1))
        .ordered("otto@example.com", OrderKind.SUSPEND)
        .revocation(AuditScene.GRANT, "SUSPENDED")
        .revoked(AuditScene.GRANT, Slot.A)
        .after(Duration.ofMinutes(10))
        .ordered("otto@example.com", OrderKind.RESTORE)
        .decided("generation/2/run")
        .granted(AuditScene.AGAIN, Slot.B)
        .revocation(AuditScene.AGAIN, "RETIRED")
        .revoked(AuditScene.AGAIN, Slot.B)
        .complete("RETIRED");
    assertThat(scene.verify().findings()).isEmpty();
  }

  @Test
  void rightsThatChangeAreFollowed() {
    scene.approved().rights("sven@example.com: validUntil: 2027-01-01T00:00:00Z");
    scene.decided().granted(AuditScene.GRANT, Slot.A);
    scene.revocation(AuditScene.GRANT, "RETIRED").revoked(AuditScene.GRANT, Slot.A);
    assertThat(scene.complete("RETIRED").verify().findings()).isEmpty();
  }

  @Test
  void aRefusedSubmissionHasNoRulesAndVerifies() {
    scene.tell(
        EntryKind.SUBMISSION_REFUSED,
        "gate",
        "refusal/" + "0".repeat(64) + "/UNKNOWN_KEY",
        body -> body.put("type", "UNKNOWN_KEY"));
    assertThat(scene.verify(scene.bundle(), new Options(true, null)).findings()).isEmpty();
  }

  @Test
  void memoryHoldsOneLineOfAnEndlessOne() {
    byte[] endless = new byte[40 * 1024 * 1024];
    java.util.Arrays.fill(endless, (byte) 'x');
    assertThat(scene.verify(endless, new Options(false, null)).findings())
        .singleElement()
        .satisfies(one -> assertThat(one.flaw()).isEqualTo(Flaw.UNREADABLE));
  }

  @Test
  void nothingIsNoBundle() {
    assertThat(scene.verify(new byte[0], new Options(true, null)).verified()).isFalse();
    assertThat(scene.verify(new ArrayList<>(List.of("")), new Options(true, null)).verified())
        .isFalse();
  }
}
