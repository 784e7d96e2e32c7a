package io.countersign.activity;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From a signed submission to a review that people can sign off. */
@ActivityInterface
public interface SubmissionActivities {
  /** Verifies the submission, freezes the rules and records both. Idempotent. */
  Resolution resolve(Submission submission);

  /**
   * Binds the signed check results of one round, the scope and the rules into a review. Idempotent.
   */
  ReviewOutcome review(ReviewRequest request);

  /**
   * @param round of checks, from 1
   */
  record ReviewRequest(ReleaseId release, int round) {}

  /**
   * @param open whether the record holds an open grant: the run that asks has forgotten it
   * @param past what the run that asks has forgotten otherwise; null where there is nothing
   */
  record ReviewOutcome(
      Digest reviewDigest,
      DecisionView decision,
      boolean open,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Past past) {
    public ReviewOutcome {
      Objects.requireNonNull(reviewDigest, "reviewDigest");
      Objects.requireNonNull(decision, "decision");
    }

    public ReviewOutcome(Digest reviewDigest, DecisionView decision) {
      this(reviewDigest, decision, false, null);
    }
  }

  /**
   * What the record knows of a release and a run does not that was reset or started anew.
   *
   * @param round the round of checks that counts
   * @param grants how many grants the release has had
   * @param rests SUSPENDED or STANDBY when that is where the release is; null otherwise
   * @param since when that began; null exactly when {@code rests} is
   */
  record Past(int round, int grants, @Nullable GateState rests, @Nullable Instant since) {
    public Past {
      boolean pauses = rests == GateState.SUSPENDED || rests == GateState.STANDBY;
      if ((rests != null && !pauses) || (rests == null) != (since == null)) {
        throw new IllegalArgumentException("past: a release rests in SUSPENDED or STANDBY alone");
      }
    }
  }
}
