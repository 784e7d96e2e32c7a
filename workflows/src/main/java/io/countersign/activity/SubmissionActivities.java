package io.countersign.activity;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityInterface;

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

  record ReviewOutcome(Digest reviewDigest, DecisionView decision) {}
}
