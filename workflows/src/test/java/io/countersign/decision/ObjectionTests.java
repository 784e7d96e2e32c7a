package io.countersign.decision;

import static io.countersign.decision.Cast.INTEGRITY;
import static io.countersign.decision.Cast.MAYA;
import static io.countersign.decision.Cast.NOW;
import static io.countersign.decision.Cast.QUALITY;
import static io.countersign.decision.Cast.RITA;
import static io.countersign.decision.Cast.SAM;
import static io.countersign.decision.Cast.SUBMITTER;
import static io.countersign.decision.Cast.approve;
import static io.countersign.decision.Cast.passed;
import static io.countersign.decision.Cast.passing;
import static io.countersign.decision.Cast.person;
import static io.countersign.decision.Cast.requirements;
import static io.countersign.decision.Cast.takeBack;
import static io.countersign.decision.Cast.waive;
import static io.countersign.decision.Cast.where;
import static io.countersign.policy.GateFunction.MLOPS;
import static io.countersign.policy.GateFunction.RISK;
import static io.countersign.policy.GateFunction.SECURITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.countersign.check.CheckResult;
import io.countersign.decision.Cast.Said;
import io.countersign.failure.FailureType;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.SignOff;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectionTests {
  private static final String OTHER_KEY = Cast.digest("another key").hex();

  private static PersonKey key(
      java.time.@Nullable Instant from,
      java.time.@Nullable Instant until,
      java.time.@Nullable Instant revoked) {
    return new PersonKey(Cast.key(SAM).keyId(), "PEM", from, until, revoked);
  }

  private static Person sam(
      PersonKey key,
      java.time.@Nullable Instant from,
      java.time.@Nullable Instant until,
      java.time.@Nullable Instant withdrawn) {
    return new Person(
        SAM, List.of(SECURITY), List.of(), false, List.of(key), from, until, withdrawn, null);
  }

  static Stream<Arguments> cases() {
    PersonKey good = key(null, null, null);
    ReleaseId other = Cast.RELEASE.withVersion("9");
    return Stream.of(
        arguments("a good one", requirements(), approve(SAM, SECURITY), null),
        arguments(
            "another release",
            requirements(),
            approve(SAM, SECURITY).of(other),
            FailureType.WRONG_RELEASE),
        arguments(
            "another release digest",
            requirements(),
            approve(SAM, SECURITY).ofDigest(Cast.digest("x")),
            FailureType.WRONG_RELEASE),
        arguments(
            "another review digest",
            requirements(),
            approve(SAM, SECURITY).ofReview(Cast.digest("x")),
            FailureType.WRONG_REVIEW),
        arguments(
            "an unknown person",
            requirements(),
            approve("eve@example.com", SECURITY),
            FailureType.UNKNOWN_PERSON),
        arguments(
            "a key of nobody",
            requirements(),
            approve(SAM, SECURITY).signedWith(OTHER_KEY),
            FailureType.UNKNOWN_KEY),
        arguments(
            "a key of somebody else",
            requirements(),
            approve(SAM, SECURITY).signedWith(Cast.key(RITA).keyId()),
            FailureType.UNKNOWN_KEY),
        arguments(
            "a revoked key",
            where(sam(key(null, null, NOW), null, null, null)),
            approve(SAM, SECURITY),
            FailureType.KEY_REVOKED),
        arguments(
            "a key that is revoked later",
            where(sam(key(null, null, NOW.plusSeconds(1)), null, null, null)),
            approve(SAM, SECURITY),
            null),
        arguments(
            "a key before its time",
            where(sam(key(NOW, null, null), null, null, null)),
            approve(SAM, SECURITY),
            FailureType.KEY_NOT_VALID),
        arguments(
            "a key after its time",
            where(sam(key(null, NOW.minus(Duration.ofHours(1)), null), null, null, null)),
            approve(SAM, SECURITY),
            FailureType.KEY_NOT_VALID),
        arguments(
            "a person before her time",
            where(sam(good, NOW.plusSeconds(1), null, null)),
            approve(SAM, SECURITY),
            FailureType.PERSON_NOT_VALID),
        arguments(
            "a person after her time",
            where(sam(good, null, NOW, null)),
            approve(SAM, SECURITY),
            FailureType.PERSON_NOT_VALID),
        arguments(
            "a withdrawn person",
            where(sam(good, null, null, NOW)),
            approve(SAM, SECURITY),
            FailureType.PERSON_NOT_VALID),
        arguments(
            "another function", requirements(), approve(SAM, RISK), FailureType.NOT_IN_FUNCTION),
        arguments(
            "the own release", requirements(), approve(SUBMITTER, MLOPS), FailureType.OWN_RELEASE),
        arguments(
            "a declared contributor in other letter case",
            where(person("maker@EXAMPLE.com", MLOPS)),
            approve("maker@EXAMPLE.com", MLOPS),
            FailureType.CONTRIBUTOR),
        arguments(
            "dated ahead",
            requirements(),
            approve(SAM, SECURITY).at(NOW.plusSeconds(121)),
            FailureType.NOT_YET_VALID),
        arguments(
            "dated ahead within the skew of clocks",
            requirements(),
            approve(SAM, SECURITY).at(NOW.plusSeconds(120)),
            null),
        arguments(
            "expired", requirements(), approve(SAM, SECURITY).until(NOW), FailureType.EXPIRED),
        arguments(
            "over age",
            requirements(),
            approve(SAM, SECURITY).at(NOW.minus(Duration.ofHours(72)).minusSeconds(1)),
            FailureType.OVER_AGE),
        arguments(
            "at the limit of age",
            requirements(),
            approve(SAM, SECURITY).at(NOW.minus(Duration.ofHours(72))),
            null),
        arguments("a waiver", requirements(), waive(MAYA, MLOPS, QUALITY), null),
        arguments(
            "a waiver of what cannot be waived",
            requirements(),
            waive(MAYA, MLOPS, INTEGRITY),
            FailureType.NOT_WAIVABLE),
        arguments(
            "a waiver of no check of the tier",
            requirements(),
            waive(MAYA, MLOPS, "mlops.other"),
            FailureType.NOT_WAIVABLE),
        arguments(
            "a waiver by another function",
            requirements(),
            waive(SAM, SECURITY, QUALITY),
            FailureType.NOT_IN_FUNCTION),
        arguments(
            "a take-back ahead of its approval", requirements(), takeBack(SAM, SECURITY), null),
        arguments(
            "a take-back in a function that is not held",
            requirements(),
            takeBack(SAM, RISK),
            FailureType.NOT_NOW),
        arguments(
            "a take-back of another release",
            requirements(),
            takeBack(SAM, SECURITY).of(other),
            FailureType.WRONG_RELEASE),
        arguments(
            "a take-back dated ahead",
            requirements(),
            takeBack(SAM, SECURITY).at(NOW.plusSeconds(121)),
            FailureType.NOT_YET_VALID));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void saysWhyASignOffDoesNotCount(
      String name, Requirements requirements, Said said, @Nullable FailureType expected) {
    SignOff signOff = said.signed();
    assertThat(Judge.objection(requirements, passing(), List.of(), signOff, NOW).orElse(null))
        .isEqualTo(expected);
  }

  @Test
  void aContributorThatACheckNamedHasNoVoice() {
    List<CheckResult> checks = List.of(passed(INTEGRITY), passed(QUALITY, "SAM@example.com"));
    SignOff signOff = approve(SAM, SECURITY).signed();
    assertThat(Judge.objection(requirements(), checks, List.of(), signOff, NOW))
        .contains(FailureType.CONTRIBUTOR);
    assertThat(Judge.decide(requirements(), checks, List.of(signOff), NOW))
        .isEqualTo(Judge.decide(requirements(), checks, List.of(), NOW));
  }

  @Test
  void aStatementOrANonceIsUsedOnce() {
    SignOff first = approve(SAM, SECURITY).nonce("0".repeat(32)).signed();
    SignOff sameNonce = approve(SAM, SECURITY).nonce("0".repeat(32)).because("again").signed();
    assertThat(Judge.objection(requirements(), passing(), List.of(first), first, NOW))
        .contains(FailureType.REPLAYED);
    assertThat(Judge.objection(requirements(), passing(), List.of(first), sameNonce, NOW))
        .contains(FailureType.REPLAYED);
    SignOff ofAnother = approve(RITA, RISK).nonce("0".repeat(32)).signed();
    assertThat(Judge.objection(requirements(), passing(), List.of(first), ofAnother, NOW))
        .isEmpty();
  }

  @Test
  void anApprovalThatWasTakenBackAheadIsRefused() {
    SignOff takeBack = takeBack(SAM, SECURITY).at(NOW.minusSeconds(30)).signed();
    SignOff withheld = approve(SAM, SECURITY).at(NOW.minusSeconds(60)).signed();
    assertThat(Judge.objection(requirements(), passing(), List.of(takeBack), withheld, NOW))
        .contains(FailureType.TAKEN_BACK);
  }

  @Test
  void aPersonWhoLostTheFunctionTakesBackWhatWasSaidInIt() {
    Requirements moved = where(person(SAM, RISK));
    SignOff takeBack = takeBack(SAM, SECURITY).signed();
    assertThat(Judge.objection(moved, passing(), List.of(), takeBack, NOW))
        .contains(FailureType.NOT_NOW);
    assertThat(
            Judge.objection(
                moved, passing(), List.of(approve(SAM, SECURITY).signed()), takeBack, NOW))
        .isEmpty();
  }
}
