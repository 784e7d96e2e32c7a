package io.countersign.activities.signoff;

import io.countersign.policy.GateFunction;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.StatementRules;
import io.countersign.signoff.WaiverTerms;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a sign-off says, not yet signed or not yet verified. */
public record SignOffPredicate(
    GateFunction function,
    SignOffDecision decision,
    @Nullable String check,
    String reason,
    String person,
    ReleaseId release,
    Digest releaseDigest,
    Digest reviewDigest,
    Instant issuedAt,
    Instant expiresAt,
    String nonce,
    WaiverTerms terms) {
  public SignOffPredicate {
    SignOff.requireCheck(decision, check);
    terms.requireFit(decision, issuedAt);
    StatementRules.reason(reason);
    StatementRules.name("person", person);
    StatementRules.period(issuedAt, expiresAt);
    StatementRules.nonce(nonce);
  }

  /** A sign-off that has nothing to do with waivers. */
  public SignOffPredicate(
      GateFunction function,
      SignOffDecision decision,
      @Nullable String check,
      String reason,
      String person,
      ReleaseId release,
      Digest releaseDigest,
      Digest reviewDigest,
      Instant issuedAt,
      Instant expiresAt,
      String nonce) {
    this(
        function,
        decision,
        check,
        reason,
        person,
        release,
        releaseDigest,
        reviewDigest,
        issuedAt,
        expiresAt,
        nonce,
        WaiverTerms.NONE);
  }

  /** The same, said by the holder of this key. */
  public SignOff verified(VerificationKey key, Digest statementDigest) {
    return new SignOff(
        function,
        decision,
        check,
        reason,
        person,
        release,
        releaseDigest,
        reviewDigest,
        issuedAt,
        expiresAt,
        nonce,
        key.keyId(),
        statementDigest,
        terms);
  }
}
