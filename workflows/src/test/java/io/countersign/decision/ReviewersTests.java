package io.countersign.decision;

import static io.countersign.decision.Cast.MAYA;
import static io.countersign.decision.Cast.NOW;
import static io.countersign.decision.Cast.RITA;
import static io.countersign.decision.Cast.approve;
import static io.countersign.decision.Cast.requirements;
import static io.countersign.policy.GateFunction.MLOPS;
import static io.countersign.policy.GateFunction.RISK;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.policy.Requirement;
import io.countersign.signoff.SignOff;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may review an emergency afterwards: other eyes than those that let it live. */
class ReviewersTests {
  private static final Instant LIVE = NOW.minusSeconds(3_600);

  private static Optional<List<SignOff>> reviewed(
      List<String> involved, List<SignOff> before, SignOff review) {
    return Judge.reviewed(
        List.of(new Requirement(review.function(), 1)),
        requirements(),
        Cast.passing(),
        involved,
        before,
        List.of(review),
        LIVE,
        NOW);
  }

  @Test
  void somebodyWhoWasSkippedReviews() {
    SignOff review = approve(RITA, RISK).at(NOW).signed();
    assertThat(reviewed(List.of(MAYA), List.of(), review)).contains(List.of(review));
  }

  @Test
  void whatWasSignedBeforeItWasLiveIsNoReview() {
    assertThat(
            reviewed(List.of(MAYA), List.of(), approve(RITA, RISK).at(LIVE.minusNanos(1)).signed()))
        .isEmpty();
    assertThat(reviewed(List.of(MAYA), List.of(), approve(RITA, RISK).at(LIVE).signed()))
        .isPresent();
  }

  /** Her approval cannot be verified any more, and she is still the one who gave it. */
  @Test
  void whoeverApprovedWithAKeyThatIsNotListedAnyMoreDoesNotReview() {
    assertThat(reviewed(List.of(MAYA), List.of(), approve(MAYA, MLOPS).at(NOW).signed())).isEmpty();
  }
}
