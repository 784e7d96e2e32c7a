package io.countersign.activity;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityInterface;
import java.util.Objects;

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
   */
  record ReviewOutcome(Digest reviewDigest, DecisionView decision, boolean open) {
    public ReviewOutcome {
      Objects.requireNonNull(reviewDigest, "reviewDigest");
      Objects.requireNonNull(decision, "decision");
    }

    public ReviewOutcome(Digest reviewDigest, DecisionView decision) {
      this(reviewDigest, decision, false);
    }
  }
}
