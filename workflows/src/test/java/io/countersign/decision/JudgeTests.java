package io.countersign.decision;

import static io.countersign.decision.Cast.BOTH;
import static io.countersign.decision.Cast.INTEGRITY;
import static io.countersign.decision.Cast.MAYA;
import static io.countersign.decision.Cast.NOW;
import static io.countersign.decision.Cast.QUALITY;
import static io.countersign.decision.Cast.RITA;
import static io.countersign.decision.Cast.SAM;
import static io.countersign.decision.Cast.SUE;
import static io.countersign.decision.Cast.approve;
import static io.countersign.decision.Cast.failed;
import static io.countersign.decision.Cast.passed;
import static io.countersign.decision.Cast.passing;
import static io.countersign.decision.Cast.reject;
import static io.countersign.decision.Cast.requirements;
import static io.countersign.decision.Cast.takeBack;
import static io.countersign.policy.GateFunction.MLOPS;
import static io.countersign.policy.GateFunction.RISK;
import static io.countersign.policy.GateFunction.SECURITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.check.CheckResult;
import io.countersign.decision.Cast.Said;
import io.countersign.decision.Decision.Approved;
import io.countersign.decision.Decision.Missing;
import io.countersign.decision.Decision.Pending;
import io.countersign.decision.Decision.Rejected;
import io.countersign.decision.Decision.Voice;
import io.countersign.failure.FailureType;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Requirement;
import io.countersign.signoff.SignOff;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JudgeTests {
  private static List<SignOff> signed(Said... said) {
    return Stream.of(said).map(Said::signed).toList();
  }

  private static Decision decide(Requirements requirements, Said... said) {
    return Judge.decide(requirements, passing(), signed(said), NOW);
  }

  private static List<Voice> voices(Decision decision) {
    return ((Approved) decision).voices();
  }

  private static Decision pending(Missing... missing) {
    return new Pending(List.of(missing));
  }

  private static Missing people(io.countersign.policy.GateFunction function, int count) {
    return new Missing.People(function, count);
  }

  @Test
  void approvesWhenEveryFunctionHasItsPerson() {
    assertThat(
            voices(
                decide(
                    requirements(),
                    approve(RITA, RISK),
                    approve(MAYA, MLOPS),
                    approve(SAM, SECURITY))))
        .containsExactly(new Voice(MLOPS, MAYA), new Voice(SECURITY, SAM), new Voice(RISK, RITA));
  }

  @Test
  void waitsForEachFunctionThatIsMissing() {
    assertThat(decide(requirements(), approve(SAM, SECURITY), approve(SUE, SECURITY)))
        .isEqualTo(pending(people(MLOPS, 1), people(RISK, 1)));
  }

  @Test
  void aQuorumWantsDifferentPeople() {
    Requirements two = requirements(new Requirement(SECURITY, 2));
    assertThat(decide(two, approve(SAM, SECURITY))).isEqualTo(pending(people(SECURITY, 1)));
    assertThat(decide(two, approve(SAM, SECURITY), approve(SAM, SECURITY).because("again")))
        .isEqualTo(pending(people(SECURITY, 1)));
    assertThat(decide(two, approve(SAM, SECURITY), approve(SUE, SECURITY)))
        .isInstanceOf(Approved.class);
  }

  @Test
  void onePersonInTwoFunctionsFillsOnePlace() {
    Requirements two = requirements(new Requirement(MLOPS, 1), new Requirement(SECURITY, 1));
    assertThat(decide(two, approve(BOTH, MLOPS), approve(BOTH, SECURITY)))
        .isInstanceOf(Pending.class);
  }

  @Test
  void aPersonMakesWayForOneWhoHasNoOtherPlace() {
    Requirements two = requirements(new Requirement(MLOPS, 1), new Requirement(SECURITY, 1));
    assertThat(
            voices(
                decide(two, approve(BOTH, MLOPS), approve(BOTH, SECURITY), approve(MAYA, MLOPS))))
        .containsExactly(new Voice(MLOPS, MAYA), new Voice(SECURITY, BOTH));
  }

  @Test
  void whatDoesNotCountLeavesTheDecisionAsItWas() {
    Decision before = decide(requirements(), approve(MAYA, MLOPS), approve(SAM, SECURITY));
    assertThat(
            decide(
                requirements(),
                approve(MAYA, MLOPS),
                approve(SAM, SECURITY),
                approve(RITA, RISK).ofReview(Cast.digest("other review"))))
        .isEqualTo(before);
  }

  @Test
  void anApproverWhoIsWithdrawnBetweenSignOffAndDecisionDoesNotCount() {
    Person withdrawn =
        new Person(
            RITA,
            List.of(RISK),
            List.of(),
            false,
            List.of(Cast.key(RITA)),
            null,
            null,
            NOW.minusSeconds(1),
            null);
    List<SignOff> all = signed(approve(RITA, RISK), approve(MAYA, MLOPS), approve(SAM, SECURITY));
    assertThat(Judge.decide(Cast.where(withdrawn), passing(), all, NOW.minusSeconds(2)))
        .isInstanceOf(Approved.class);
    assertThat(Judge.decide(Cast.where(withdrawn), passing(), all, NOW))
        .isEqualTo(pending(people(RISK, 1)));
  }

  @Test
  void aSignOffThatGrewTooOldDoesNotCount() {
    List<SignOff> all =
        signed(
            approve(RITA, RISK).at(NOW).until(NOW.plus(Duration.ofDays(30))),
            approve(MAYA, MLOPS).at(NOW).until(NOW.plus(Duration.ofDays(30))),
            approve(SAM, SECURITY).at(NOW).until(NOW.plus(Duration.ofDays(30))));
    assertThat(Judge.decide(requirements(), passing(), all, NOW.plus(Duration.ofHours(72))))
        .isInstanceOf(Approved.class);
    assertThat(
            Judge.decide(
                requirements(), passing(), all, NOW.plus(Duration.ofHours(72)).plusSeconds(1)))
        .isInstanceOf(Pending.class);
  }

  @Test
  void oneRejectOutweighsEveryApproval() {
    assertThat(
            decide(
                requirements(),
                approve(RITA, RISK),
                approve(MAYA, MLOPS),
                approve(SAM, SECURITY),
                reject(SUE, SECURITY)))
        .isEqualTo(new Rejected(FailureType.REJECTED, SUE + " for security"));
  }

  @Test
  void aRejectByAPersonWithoutAVoiceIsNoReject() {
    assertThat(decide(requirements(), reject(MAYA, RISK))).isInstanceOf(Pending.class);
  }

  @Test
  void aRejectIsNotTakenBack() {
    assertThat(
            decide(
                requirements(),
                approve(RITA, RISK),
                approve(MAYA, MLOPS),
                approve(SAM, SECURITY),
                reject(SUE, SECURITY),
                takeBack(SUE, SECURITY)))
        .isInstanceOf(Rejected.class);
  }

  @Test
  void aTakeBackEndsTheApprovalOfThatPersonAndFunctionOnly() {
    Requirements two = requirements(new Requirement(SECURITY, 2), new Requirement(RISK, 1));
    assertThat(
            decide(
                two,
                approve(SAM, SECURITY),
                approve(SUE, SECURITY),
                approve(RITA, RISK),
                takeBack(SAM, SECURITY).at(NOW)))
        .isEqualTo(pending(people(SECURITY, 1)));
  }

  @Test
  void anApprovalThatIsSignedAndDeliveredAfterTheTakeBackCountsAgain() {
    Requirements one = requirements(new Requirement(SECURITY, 1));
    assertThat(
            decide(
                one,
                approve(SAM, SECURITY),
                takeBack(SAM, SECURITY).at(NOW.minusSeconds(60)),
                approve(SAM, SECURITY).at(NOW.minusSeconds(30))))
        .isInstanceOf(Approved.class);
  }

  @Test
  void anApprovalThatWasWithheldDoesNotOutliveTheTakeBack() {
    Requirements one = requirements(new Requirement(SECURITY, 1));
    assertThat(
            decide(
                one,
                approve(SAM, SECURITY),
                takeBack(SAM, SECURITY).at(NOW.minusSeconds(30)),
                approve(SAM, SECURITY).because("withheld").at(NOW.minusSeconds(60))))
        .isInstanceOf(Pending.class);
  }

  @Test
  void anApprovalWithAFastClockDoesNotOutliveTheTakeBack() {
    Requirements one = requirements(new Requirement(SECURITY, 1));
    assertThat(
            decide(
                one,
                approve(SAM, SECURITY).at(NOW.plusSeconds(90)),
                takeBack(SAM, SECURITY).at(NOW.minusSeconds(30))))
        .isInstanceOf(Pending.class);
  }

  @Test
  void aTakeBackThatOvertakesItsApprovalStillEndsIt() {
    Requirements one = requirements(new Requirement(SECURITY, 1));
    assertThat(
            decide(
                one,
                takeBack(SAM, SECURITY).at(NOW.minusSeconds(30)),
                approve(SAM, SECURITY).at(NOW.minusSeconds(60))))
        .isInstanceOf(Pending.class);
  }

  @Test
  void aTakeBackByARevokedKeyOrAWithdrawnPersonCounts() {
    Person gone =
        new Person(
            SAM,
            List.of(),
            List.of(),
            false,
            List.of(Cast.key(SAM)),
            null,
            null,
            NOW.minusSeconds(1),
            null);
    List<SignOff> prior = signed(approve(SAM, SECURITY));
    assertThat(
            Judge.objection(
                Cast.where(gone), passing(), prior, takeBack(SAM, SECURITY).signed(), NOW))
        .isEmpty();
  }

  @Test
  void aFailedCheckThatNobodyMayWaiveRejects() {
    List<CheckResult> checks = List.of(failed(INTEGRITY), passed(QUALITY));
    assertThat(Judge.decide(requirements(), checks, List.of(), NOW))
        .isEqualTo(new Rejected(FailureType.CHECK_FAILED, INTEGRITY));
  }

  @Test
  void aFailedCheckWaitsForItsWaiver() {
    List<CheckResult> checks = List.of(passed(INTEGRITY), failed(QUALITY));
    List<SignOff> all = signed(approve(RITA, RISK), approve(MAYA, MLOPS), approve(SAM, SECURITY));
    assertThat(Judge.decide(requirements(), checks, all, NOW))
        .isEqualTo(pending(new Missing.Waiver(QUALITY)));
  }

  @Test
  void aCheckWithoutAResultIsMissing() {
    assertThat(
            Judge.decide(
                requirements(),
                List.of(passed(INTEGRITY)),
                signed(approve(RITA, RISK), approve(MAYA, MLOPS), approve(SAM, SECURITY)),
                NOW))
        .isEqualTo(pending(new Missing.Check(QUALITY)));
  }

  @Test
  void twoResultsForOneCheckAreRefused() {
    List<CheckResult> checks = List.of(passed(INTEGRITY), passed(INTEGRITY));
    assertThatThrownBy(() -> Judge.decide(requirements(), checks, List.of(), NOW))
        .hasMessageContaining("two results for " + INTEGRITY);
  }

  @Test
  void theSameStatementTwiceIsOneVoice() {
    Requirements two = requirements(new Requirement(SECURITY, 2));
    SignOff once = approve(SAM, SECURITY).signed();
    assertThat(Judge.decide(two, passing(), List.of(once, once), NOW))
        .isEqualTo(pending(people(SECURITY, 1)));
  }

  @Test
  void rulesWithoutRequirementsChecksOrSubmitterAreRefused() {
    Requirements r = requirements();
    assertThatThrownBy(
            () ->
                new Requirements(
                    r.release(),
                    r.releaseDigest(),
                    r.reviewDigest(),
                    List.of(),
                    r.checks(),
                    r.submitter(),
                    r.contributors(),
                    r.approvers(),
                    r.maxAge(),
                    r.caps()))
        .hasMessageContaining("must not be empty");
    assertThatThrownBy(
            () ->
                new Requirements(
                    r.release(),
                    r.releaseDigest(),
                    r.reviewDigest(),
                    r.functions(),
                    List.of(),
                    r.submitter(),
                    r.contributors(),
                    r.approvers(),
                    r.maxAge(),
                    r.caps()))
        .hasMessageContaining("must not be empty");
    assertThatThrownBy(
            () ->
                new Requirements(
                    r.release(),
                    r.releaseDigest(),
                    r.reviewDigest(),
                    r.functions(),
                    r.checks(),
                    " ",
                    r.contributors(),
                    r.approvers(),
                    r.maxAge(),
                    r.caps()))
        .hasMessageContaining("must not be empty");
  }
}
