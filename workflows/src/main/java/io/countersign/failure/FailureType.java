package io.countersign.failure;

/**
 * Why the gate says no or cannot go on: the closed catalogue behind failure types, refusals in the
 * record and the names on standard error. The constant's name is the wire form; {@link #sentence()}
 * is for the operator.
 */
public enum FailureType {
  // What was sent is not well formed.
  UNREADABLE(false, "The message could not be read as a signed envelope."),
  OVERSIZED(false, "The message is larger than the gate takes."),
  INVALID_MANIFEST(false, "The release manifest is not valid."),
  INVALID_GATE_POLICY(false, "The gate policy is not valid."),
  INVALID_APPROVERS(false, "The approvers file is not valid."),
  INVALID_TRUST(false, "The trust file is not valid."),
  DIGEST_MISMATCH(false, "A declared digest differs from the bytes that were read."),
  SOURCE_REFUSED(
      false, "A subject lies outside the sources that the gate trusts, or breaks their limits."),
  RELEASE_CONFLICT(false, "A release with this id but another digest already exists."),
  UNKNOWN_RELEASE(false, "No release of this id has a gate in this namespace."),
  UNKNOWN_SYSTEM(false, "The gate policy does not list this system in this environment."),
  OUTSIDE_POLICY(false, "The release asks for something that the gate policy does not allow."),
  UNKNOWN_CHECK(false, "No check of this name is installed on the worker."),

  // Who signed, and whether that voice counts.
  BAD_SIGNATURE(false, "The signature does not verify."),
  UNKNOWN_KEY(false, "No approver has this key."),
  UNKNOWN_PERSON(false, "The approvers file does not list this person."),
  KEY_REVOKED(false, "The key was revoked."),
  KEY_NOT_VALID(false, "The key is not valid at this time."),
  PERSON_NOT_VALID(false, "The person's rights have not begun, have ended or were withdrawn."),
  NOT_IN_FUNCTION(false, "The person does not hold this function."),
  NOT_ALLOWED(false, "The person may not give this order."),
  OWN_RELEASE(false, "Whoever submits a release has no voice in it."),
  CONTRIBUTOR(false, "Whoever made a part of a release has no voice in it."),
  WRONG_RELEASE(false, "The statement names another release or another release digest."),
  WRONG_REVIEW(
      false,
      "The statement names another review digest: the evidence has changed since it was signed."),
  WRONG_REQUEST(
      false, "The request was signed for another one, or is none that this interface answers."),
  EXPIRED(false, "The statement has expired or came too late."),
  NOT_YET_VALID(false, "The statement is dated in the future."),
  OVER_AGE(false, "The statement is older than the policy's limit."),
  REPLAYED(false, "The statement was already used."),
  TAKEN_BACK(false, "The sign-off was taken back."),
  NOT_WAIVABLE(false, "The policy does not let anybody waive this check."),
  WAIVER_TOO_LONG(false, "The waiver ends later than the policy allows."),
  WAIVER_UNSEEN(
      false,
      "The approval does not name a waiver that the decision rests on; read it and sign again."),
  NOT_NOW(false, "The release is not in a state that takes this message."),
  BAD_TOKEN(false, "The CI identity token does not verify or does not name this submission."),

  // What the gate decided or found.
  NOT_APPROVED(false, "The requirements are not met."),
  REJECTED(false, "A person with a voice rejected the release."),
  CHECK_FAILED(false, "A check failed."),
  SUBJECT_CHANGED(false, "Bytes in scope changed after they were signed off."),
  SCOPE_CHANGED(false, "A Vault policy in scope changed after it was signed off."),
  SUPPLIER_WITHDRAWN(
      false, "The rules that are in force withdraw a supplier that the release depends on."),
  RECORD_CONFLICT(false, "The record contradicts the request: the request is stale or forged."),
  NO_FREE_SLOT(true, "Both slots of this system are taken."),
  IDENTITY_NOT_PROVED(true, "The workload has not proved its identity yet."),
  REVIEW_OVERDUE(false, "Nobody whom the emergency skipped reviewed it in time."),
  REVOCATION_UNPROVED(true, "The revocation is not proved yet; access may still live."),
  NOT_ONBOARDED(true, "Vault has no slots for this system and environment."),
  BLAST_RADIUS(false, "The sweep found more to revoke than its limit allows and stopped."),

  // What is away and may come back.
  RULES_UNUSABLE(
      true, "The gate's own rule files cannot be used; nothing is decided until they are mended."),
  VAULT_UNAVAILABLE(true, "Vault is unreachable, sealed or answers with errors."),
  VAULT_DENIED(true, "Vault denies the gate's own identity what it needs."),
  DATABASE_UNAVAILABLE(true, "PostgreSQL is unreachable or answers with errors."),
  SOURCE_UNAVAILABLE(true, "A source of subjects or evidence is unreachable."),
  WORKER_UNAVAILABLE(true, "The worker's HTTP interface is unreachable or breaks off its answer."),
  TIME_STAMP_UNAVAILABLE(true, "The time-stamp authority is unreachable or answers with errors."),
  BAD_TIME_STAMP(false, "A time stamp does not verify."),
  TEMPORAL_UNAVAILABLE(true, "Temporal is unreachable."),
  CHECK_BROKEN(true, "A check could not do its work."),
  INTERNAL(true, "The gate has a defect; the operator's log has the detail.");

  private final boolean retryable;
  private final String sentence;

  FailureType(boolean retryable, String sentence) {
    this.retryable = retryable;
    this.sentence = sentence;
  }

  /** Whether the same request may succeed later without anybody changing it. */
  public boolean retryable() {
    return retryable;
  }

  /** One sentence for the operator. */
  public String sentence() {
    return sentence;
  }
}
