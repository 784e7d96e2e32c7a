package io.countersign.worker.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.report.GrantLife.End;
import io.countersign.activities.report.Material;
import io.countersign.activities.report.ReleaseReport;
import io.countersign.activities.report.ReleaseReport.ChangeNote;
import io.countersign.activities.report.ReleaseReport.Verdict;
import io.countersign.activities.report.ReportMaker;
import io.countersign.activities.report.RiskPicture.FunctionView;
import io.countersign.activities.report.Standards.Covered;
import io.countersign.activities.report.Timeline.Phase;
import io.countersign.activities.report.Verification;
import io.countersign.activities.report.Voice;
import io.countersign.activity.GateJson;
import io.countersign.check.CheckOutcome;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.config.GateAssembly;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a record tells, read from it. */
class ReleaseReportTests {

  @Test
  void aWholeLifeIsTold() {
    Script script = Lives.rolledBack();
    ReleaseReport report = script.report();

    assertThat(report.heading().state()).isEqualTo("ROLLED_BACK");
    assertThat(report.heading().closed()).isTrue();
    assertThat(report.heading().access()).isEqualTo("None: its end is proved.");
    assertThat(report.timeline().phases())
        .extracting(Phase::state)
        .containsExactly(
            "CHECKING", "AWAITING_SIGN_OFF", "GRANTING", "LIVE", "REVOKING", "ROLLED_BACK");
    assertThat(report.grants()).hasSize(1);
    assertThat(report.grants().get(0).end()).isEqualTo(End.PROVED);
    assertThat(report.grants().get(0).ordered().next()).isEqualTo("ROLLED_BACK");
    assertThat(report.grants().get(0).proof().leasesFound()).isEqualTo(3);
    assertThat(report.lines()).hasSize(22);
    assertThat(report.verdicts()).extracting(Verdict::signOffs).containsExactly(4);
    assertThat(report.voices())
        .filteredOn(voice -> voice.kind() == Voice.Kind.SIGN_OFF)
        .allMatch(voice -> voice.countedIn() == 15);
    assertThat(report.changes())
        .extracting(ChangeNote::name)
        .containsExactly("model", "scope-widened", "tools-widened");
    assertThat(report.content().subjects())
        .filteredOn(subject -> subject.changed())
        .extracting(subject -> subject.name())
        .containsExactly("model");
  }

  @Test
  void theThreeFunctionsStandSideBySideWorstFirst() {
    ReleaseReport report = Lives.rolledBack().report();

    assertThat(report.risk().owner()).isEqualTo("fraud-risk@example.com");
    assertThat(report.risk().worst()).isEqualTo(Severity.MEDIUM);
    assertThat(report.risk().why()).containsExactly("change scope-widened, tools-widened");
    assertThat(report.risk().functions())
        .extracting(FunctionView::function)
        .containsExactly("mlops", "security", "risk");
    FunctionView security = report.risk().functions().get(1);
    assertThat(security.quorum()).isEqualTo(2);
    assertThat(security.findings())
        .extracting(finding -> finding.severity())
        .containsExactly(Severity.MEDIUM, Severity.INFO);
    assertThat(security.voices())
        .extracting(Voice::person)
        .containsExactly("sven@example.com", "sina@example.com");
  }

  @Test
  void acceptedAndRefusedStandInOneListWithTheKeyThatVerifies() {
    Script script = Lives.rolledBack();
    List<Voice> voices = script.report().voices();

    assertThat(voices)
        .extracting(Voice::person, Voice::act, Voice::accepted)
        .contains(
            tuple("mara@example.com", "approve for mlops", true),
            tuple("pia@example.com", "message", false),
            tuple("otto@example.com", "order: rollback", true));
    assertThat(voices)
        .filteredOn(Voice::accepted)
        .allSatisfy(
            voice -> assertThat(voice.key()).isEqualTo(script.people.keyId(voice.person())));
    Voice refused = voices.stream().filter(voice -> !voice.accepted()).findFirst().orElseThrow();
    assertThat(refused.refusal().type()).isEqualTo("OWN_RELEASE");
    assertThat(refused.key()).isNull();
  }

  @Test
  void whomTemporalHadAuthenticatedStandsBesideTheSigner() {
    Script script = Lives.checked(new Script());
    script.bearer = "jwt:ci-bot <b>";
    script.signOff(
        "mara@example.com",
        "mara@example.com",
        GateFunction.MLOPS,
        SignOffDecision.APPROVE,
        "Reviewed.");
    Voice voice = script.report().voices().get(1);
    assertThat(voice.person()).isEqualTo("mara@example.com");
    assertThat(voice.bearer()).isEqualTo("jwt:ci-bot <b>");
    assertThat(script.report().voices().get(0).bearer()).isNull();
    ReportPage page = new ReportPage();
    assertThat(page.html(script.report())).containsOnlyOnce("brought by jwt:ci-bot &lt;b&gt;");
    assertThat(page.markdown(script.report()))
        .as("in a code span, where nothing is markup")
        .containsOnlyOnce("brought by `jwt:ci-bot <b>`");
  }

  @Test
  void aStatementThatNoListedKeyVerifiesSaysSo() {
    Script script =
        Lives.checked(new Script())
            .signOff(
                "mara@example.com",
                "otto@example.com",
                GateFunction.MLOPS,
                SignOffDecision.APPROVE,
                "In her name.");

    Voice voice = script.report().voices().get(1);
    assertThat(voice.person()).isEqualTo("mara@example.com");
    assertThat(voice.key()).isNull();
    assertThat(new ReportPage().html(script.report())).contains("no listed key verifies");
  }

  @Test
  void aRejectedReleaseNeverHadAccess() {
    ReleaseReport report = Lives.rejected().report();

    assertThat(report.heading().state()).isEqualTo("REJECTED");
    assertThat(report.heading().access()).isEqualTo("Never granted.");
    assertThat(report.heading().why()).isEqualTo("rita@example.com rejects");
    assertThat(report.grants()).isEmpty();
    assertThat(covered(report, "NHI1:2025").shown()).isFalse();
    assertThat(covered(report, "MANAGE 2.4").shown()).isFalse();
  }

  @Test
  void anOpenReleaseIsSaidToBeOpenAndItsAccessToLive() {
    ReleaseReport report = Lives.live(new Script()).report();

    assertThat(report.heading().closed()).isFalse();
    assertThat(report.heading().access()).isEqualTo("Granted, live.");
    assertThat(report.grants().get(0).end()).isEqualTo(End.OPEN);
    assertThat(covered(report, "NHI1:2025").shown()).isFalse();
    assertThat(new ReportPage().html(report)).contains("The record is open");
  }

  @Test
  void aRevocationWithoutProofIsNeverCalledAnEnd() {
    Script script = Lives.live(new Script()).revocation("any", "SUSPENDED", "drift");
    assertThat(script.report().heading().access())
        .isEqualTo("Revocation begun, not proved: access may still live.");

    ReleaseReport closed = script.told(EntryKind.COMPLETE, "FAILED", "gave up").report();
    assertThat(closed.heading().access())
        .isEqualTo("Revocation begun, not proved: access may still live.");
    assertThat(new ReportPage().html(closed)).contains("There is none.");
  }

  @Test
  void aWaiverStandsUntilItIsTakenBack() {
    Script script =
        new Script()
            .submitted()
            .check(
                1,
                "mlops.model-quality",
                CheckOutcome.FAIL,
                Map.of(),
                new Finding("low", Severity.HIGH, "recall is below its threshold", null))
            .reviewed(1)
            .signOff(
                "mara@example.com", GateFunction.MLOPS, SignOffDecision.WAIVE, "Known, accepted.");
    assertThat(script.report().checks().get(0).waivedBy()).isEqualTo("mara@example.com");
    assertThat(covered(script.report(), "MANAGE 1.4").found().get(1).seqs()).containsExactly(5L);

    script.signOff(
        "mara@example.com", GateFunction.MLOPS, SignOffDecision.TAKE_BACK, "Not any more.");
    assertThat(script.report().checks().get(0).waivedBy()).isNull();
  }

  @Test
  void onlyTheNewestRoundIsInTheRiskPicture() {
    Script script =
        Lives.checked(new Script())
            .ordered("otto@example.com", OrderKind.RECHECK, "New metrics.")
            .after(Duration.ofSeconds(5))
            .check(2, "mlops.model-quality", CheckOutcome.PASS, Map.of())
            .reviewed(2);
    ReleaseReport report = script.report();

    assertThat(report.risk().round()).isEqualTo(2);
    assertThat(report.risk().worst()).isNull();
    assertThat(report.checks()).hasSize(6);
    assertThat(report.checks()).filteredOn(run -> run.current()).hasSize(1);
  }

  @Test
  void aSecondGrantAndARollbackAreEvidenceOfRecovery() {
    Script script =
        Lives.live(new Script())
            .revocation("any", "STANDBY", "superseded")
            .proved("0b9d1c1e-6b5e-4a53-9f0e-3f6f2a6c9d01")
            .ordered("otto@example.com", OrderKind.ROLLBACK, "Back to this one.")
            .granted("1b9d1c1e-6b5e-4a53-9f0e-3f6f2a6c9d02", "a");
    ReleaseReport report = script.report();

    assertThat(covered(report, "RC.RP-05").found()).allMatch(found -> found.seqs().size() == 1);
    assertThat(report.grants())
        .extracting(grant -> grant.end())
        .containsExactly(End.PROVED, End.OPEN);
  }

  @Test
  void theTokenOfACiSubmissionIsOnNoPage() {
    Script script = Lives.rolledBack();
    FrozenRelease frozen = script.record.releases().frozen(script.release).orElseThrow();
    ObjectNode predicate =
        GateJson.mapper().createObjectNode().put("oidcToken", "eyJcanary").put("issuedAt", "x");
    String payload = Script.payload(predicate);
    FrozenRelease byCi =
        new FrozenRelease(
            frozen.id(),
            frozen.releaseDigest(),
            frozen.submitter(),
            "{\"payload\": \"" + payload + "\"}",
            frozen.manifest(),
            frozen.gateDigest(),
            frozen.approversDigest(),
            1,
            frozen.tier(),
            frozen.requirements(),
            frozen.predecessor(),
            frozen.scope(),
            frozen.frozenAt());
    Material from = Material.of(script.record, script.release);
    ReleaseReport report =
        new ReportMaker(GateAssembly.reader(), new StatementReader(), new ApproverKeys())
            .report(new Material(byCi, from.entries(), from.archive()), Verification.notChecked());

    String both = new ReportPage().html(report) + new ReportPage().markdown(report);
    assertThat(report.voices().get(0).key()).isNull();
    assertThat(both).doesNotContain("eyJcanary", payload);
  }

  @Test
  void notCheckedIsNeitherVerifiedNorNotVerified() {
    String html = new ReportPage().html(Lives.rejected().report());
    assertThat(html).contains("Not checked").doesNotContain("Every signature");
    assertThatThrownBy(
            () -> new Verification(Verification.Outcome.NOT_VERIFIED, List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Covered covered(ReleaseReport report, String id) {
    return report.standards().stream()
        .flatMap(framework -> framework.items().stream())
        .filter(covered -> covered.item().id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
