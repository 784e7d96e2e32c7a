package io.countersign.record;

/**
 * What an entry of the change record tells. The constant's name is the stored form; kinds are
 * added, never renamed.
 */
public enum EntryKind {
  SUBMITTED,
  SUBMISSION_REFUSED,
  RESOLVED,
  CHECK,
  REVIEW,
  RIGHTS,
  SIGN_OFF,
  ORDER,
  REFUSAL,
  REMINDER,
  STATE,
  DECISION,
  IDENTITY_PROVED,
  GRANT,
  DRIFT,
  SUSPENDED,
  REVOCATION,
  REVOCATION_PROVED,
  SUPERSEDED,
  SWEEP,
  ALARM,
  COMPLETE,
  /** A release that asks for the emergency tier: whom and what it skips. */
  EMERGENCY,
  /** Those whom an emergency skipped have reviewed it. */
  EMERGENCY_REVIEWED,
  /** What a decision node signed of its decisions for the release in an interval. */
  DECISIONS;

  /**
   * Whether an entry of this kind carries a person's signed statement, whose nonce is used up by
   * it.
   */
  public boolean signedByPerson() {
    return this == SIGN_OFF || this == ORDER;
  }

  /**
   * Whether an entry of this kind leaves the end of a release as it is. Any other one that follows
   * {@link #COMPLETE} says that the release goes on, as one does that failed by machinery and was
   * submitted again.
   */
  public boolean leavesTheEnd() {
    return switch (this) {
      case REFUSAL,
          SUBMISSION_REFUSED,
          REMINDER,
          STATE,
          SUPERSEDED,
          SWEEP,
          ALARM,
          COMPLETE,
          DECISIONS ->
          true;
      default -> false;
    };
  }
}
