package io.countersign.decision;

import static io.countersign.decision.Cast.BOTH;
import static io.countersign.decision.Cast.INTEGRITY;
import static io.countersign.decision.Cast.MAYA;
import static io.countersign.decision.Cast.NOW;
import static io.countersign.decision.Cast.QUALITY;
import static io.countersign.decision.Cast.RITA;
import static io.countersign.decision.Cast.SAM;
import static io.countersign.decision.Cast.SUBMITTER;
import static io.countersign.decision.Cast.approve;
import static io.countersign.decision.Cast.failed;
import static io.countersign.decision.Cast.passed;
import static io.countersign.decision.Cast.requirements;
import static io.countersign.decision.Cast.takeBack;
import static io.countersign.decision.Cast.waive;
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
import io.countersign.failure.FailureType;
import io.countersign.policy.GatePolicy.Caps;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.release.Span;
import io.countersign.signoff.SignOff;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A failed check that somebody accepts for a time: who must have seen it, and until when. */
class WaiverTests {
  private static final List<CheckResult> CHECKS = List.of(passed(INTEGRITY), failed(QUALITY));
  private static final Instant DAY = NOW.plus(Duration.ofDays(1));
  private static final Instant WEEK = NOW.plus(Duration.ofDays(6));

  private static Decision decide(Instant at, SignOff... said) {
    return Judge.decide(requirements(), CHECKS, List.of(said), at);
  }

  private static SignOff waiver(Instant until) {
    return waive(BOTH, MLOPS, QUALITY).waivedUntil(until).signed();
  }

  private static SignOff[] approvals(SignOff... seen) {
    return Stream.of(approve(RITA, RISK), approve(MAYA, MLOPS), approve(SAM, SECURITY))
        .map(said -> said.inViewOf(seen).until(NOW.plus(Duration.ofDays(30))).signed())
        .toArray(SignOff[]::new);
  }

  private static SignOff[] all(SignOff first, SignOff... others) {
    return Stream.concat(Stream.of(first), Stream.of(others)).toArray(SignOff[]::new);
  }

  private static Optional<FailureType> objection(Said said, SignOff... prior) {
    return Judge.objection(requirements(), CHECKS, List.of(prior), said.signed(), NOW);
  }

  @Test
  void aFailedCheckWaitsForItsWaiver() {
    assertThat(decide(NOW, approvals()))
        .isEqualTo(new Pending(List.of(new Missing.Waiver(QUALITY))));
  }

  @Test
  void whoeverWasShownTheWaiverApprovesUntilItEnds() {
    SignOff waiver = waiver(DAY);
    assertThat(decide(NOW, all(waiver, approvals(waiver))))
        .isInstanceOfSatisfying(
            Approved.class,
            yes -> {
              assertThat(yes.until()).isEqualTo(DAY);
              assertThat(yes.waivers()).containsExactly(waiver);
              assertThat(yes.approvals()).hasSize(3);
            });
  }

  @Test
  void anApprovalFromBeforeTheWaiverDoesNotCoverIt() {
    SignOff waiver = waiver(DAY);
    assertThat(decide(NOW, all(waiver, approvals())))
        .isEqualTo(
            new Pending(
                List.of(
                    new Missing.People(MLOPS, 1),
                    new Missing.People(SECURITY, 1),
                    new Missing.People(RISK, 1))));
  }

  @Test
  void signingAgainInViewOfTheWaiverIsTheWayOn() {
    SignOff waiver = waiver(DAY);
    SignOff[] before = approvals();
    SignOff[] after = approvals(waiver);
    assertThat(decide(NOW, before[0], before[1], before[2], waiver, after[0], after[1], after[2]))
        .isInstanceOf(Approved.class);
  }

  @Test
  void anApprovalThatWasNotShownAStandingWaiverIsRefusedAtOnce() {
    assertThat(objection(approve(SAM, SECURITY), waiver(DAY))).contains(FailureType.WAIVER_UNSEEN);
    assertThat(objection(approve(SAM, SECURITY).inViewOf(waiver(DAY)), waiver(DAY))).isEmpty();
    assertThat(objection(approve(SAM, SECURITY))).isEmpty();
  }

  @Test
  void anEndThatSomebodyWasNotShownProlongsNothing() {
    SignOff shorter = waiver(DAY);
    SignOff longer = waive(MAYA, MLOPS, QUALITY).waivedUntil(WEEK).signed();
    SignOff[] seen = approvals(shorter);
    SignOff both = approve(RITA, RISK).inViewOf(shorter, longer).signed();
    assertThat(decide(NOW, shorter, longer, both, seen[1], seen[2]))
        .isInstanceOfSatisfying(Approved.class, yes -> assertThat(yes.until()).isEqualTo(DAY));
    assertThat(decide(NOW, all(longer, all(shorter, approvals(shorter, longer)))))
        .isInstanceOfSatisfying(Approved.class, yes -> assertThat(yes.until()).isEqualTo(WEEK));
  }

  @Test
  void anEndedWaiverDoesNotCount() {
    SignOff waiver = waiver(DAY);
    SignOff[] said = all(waiver, approvals(waiver));
    assertThat(decide(DAY.minusNanos(1), said)).isInstanceOf(Approved.class);
    assertThat(decide(DAY, said)).isEqualTo(new Pending(List.of(new Missing.Waiver(QUALITY))));
  }

  @Test
  void aWaiverThatWasTakenBackDoesNotCountWhateverIsSentAgain() {
    SignOff waiver = waiver(DAY);
    SignOff back = takeBack(BOTH, MLOPS).at(NOW).signed();
    SignOff[] seen = approvals(waiver);
    assertThat(decide(NOW, waiver, seen[0], seen[1], seen[2], back, waiver))
        .isEqualTo(new Pending(List.of(new Missing.Waiver(QUALITY))));
    assertThat(
            objection(
                waive(BOTH, MLOPS, QUALITY).because("withheld").waivedUntil(WEEK), waiver, back))
        .contains(FailureType.TAKEN_BACK);
  }

  @Test
  void noWaiverIsLongerThanThePolicyAllows() {
    Instant issued = NOW.minus(Duration.ofHours(1));
    Instant limit = issued.plus(Duration.ofDays(7));
    assertThat(objection(waive(MAYA, MLOPS, QUALITY).waivedUntil(limit))).isEmpty();
    assertThat(objection(waive(MAYA, MLOPS, QUALITY).waivedUntil(limit.plusSeconds(1))))
        .contains(FailureType.WAIVER_TOO_LONG);
    assertThat(objection(waive(MAYA, MLOPS, QUALITY).until(limit.plusSeconds(1))))
        .as("without an end of its own it ends with its statement")
        .contains(FailureType.WAIVER_TOO_LONG);
    assertThat(objection(waive(MAYA, MLOPS, QUALITY).waivedUntil(NOW)))
        .contains(FailureType.EXPIRED);
  }

  @Test
  void theCheckMayAllowLessThanTheTierAndNeverMore() {
    Caps caps = new Caps(Span.parse("1h"), Span.parse("30d"), Span.parse("7d"));
    assertThat(caps.longestWaiver(rule("2d"))).isEqualTo(Span.parse("2d"));
    assertThat(caps.longestWaiver(rule("9d"))).isEqualTo(Span.parse("7d"));
    assertThat(new Caps(Span.parse("1h"), Span.parse("30d")).longestWaiver(rule(null)))
        .isEqualTo(Span.parse("30d"));
  }

  private static CheckRule rule(String longest) {
    return new CheckRule(
        QUALITY, true, longest == null ? null : Span.parse(longest), new TreeMap<>(), null);
  }

  @Test
  void whoMayNotSignMayNotWaive() {
    assertThat(objection(waive(SUBMITTER, MLOPS, QUALITY).waivedUntil(DAY)))
        .contains(FailureType.OWN_RELEASE);
    assertThat(objection(waive(MAYA, MLOPS, QUALITY).waivedUntil(DAY).ofDigest(Cast.DIGEST)))
        .isEmpty();
    assertThat(
            objection(
                waive(MAYA, MLOPS, QUALITY).waivedUntil(DAY).ofDigest(Cast.digest("another"))))
        .contains(FailureType.WRONG_RELEASE);
  }

  @Test
  void onlyAWaiverHasAnEndAndOnlyAnApprovalNamesWaivers() {
    assertThatThrownBy(() -> approve(SAM, SECURITY).waivedUntil(DAY).signed())
        .hasMessageContaining("until");
    assertThatThrownBy(() -> takeBack(SAM, SECURITY).inViewOf(waiver(DAY)).signed())
        .hasMessageContaining("waivers");
  }
}
