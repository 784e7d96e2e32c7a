package io.countersign.activity;

import io.countersign.failure.FailureType;
import io.countersign.policy.GateFunction;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import org.jspecify.annotations.Nullable;

/**
 * What became of one envelope.
 *
 * @param refusal why it does not count; null when it does
 * @param signOff what was said, when it was a sign-off
 * @param order what was ordered, when it was an order
 * @param ordered the release that the order names: this one, or the successor that is rolled back
 *     to this one
 * @param detail one line for people
 * @param decision where the release stands with it; null before there is a review
 * @param bearer whom Temporal had authenticated as the sender; null where it told nobody. Nothing
 *     may be decided by it
 * @param reviewed true once those whom an emergency skipped have reviewed it; else null
 */
public record MessageOutcome(
    @Nullable FailureType refusal,
    @Nullable SignOffDecision signOff,
    @Nullable GateFunction function,
    @Nullable OrderKind order,
    @Nullable ReleaseId ordered,
    @Nullable String person,
    @Nullable Digest statement,
    String detail,
    @Nullable DecisionView decision,
    @Nullable String bearer,
    @Nullable Boolean reviewed) {
  public MessageOutcome(
      @Nullable FailureType refusal,
      @Nullable SignOffDecision signOff,
      @Nullable GateFunction function,
      @Nullable OrderKind order,
      @Nullable ReleaseId ordered,
      @Nullable String person,
      @Nullable Digest statement,
      String detail,
      @Nullable DecisionView decision,
      @Nullable String bearer) {
    this(
        refusal, signOff, function, order, ordered, person, statement, detail, decision, bearer,
        null);
  }

  /** Whether the envelope counts. */
  public boolean accepted() {
    return refusal == null;
  }
}
