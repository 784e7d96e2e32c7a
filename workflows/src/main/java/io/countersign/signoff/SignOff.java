package io.countersign.signoff;

import io.countersign.policy.GateFunction;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person's signed voice in one function, as verified. Whether it counts is decided elsewhere.
 *
 * @param check the waived check; there with {@link SignOffDecision#WAIVE} and only then
 * @param person who says so; only as good as the match of {@code keyId} with the approvers file
 * @param releaseDigest the locked manifest that was seen
 * @param reviewDigest the evidence and rules that were seen
 * @param keyId the key that verified, never the hint of the envelope
 * @param statementDigest names what was said, whatever its encoding or signature; equal means said
 *     once
 * @param terms what it says of waivers
 */
public record SignOff(
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
    String keyId,
    Digest statementDigest,
    WaiverTerms terms) {
  public SignOff {
    requireCheck(decision, check);
    terms.requireFit(decision, issuedAt);
    StatementRules.reason(reason);
    StatementRules.name("person", person);
    StatementRules.period(issuedAt, expiresAt);
    StatementRules.nonce(nonce);
    StatementRules.keyId(keyId);
  }

  /** When a waiver ends: at the time that it names, else with its statement. */
  public Instant ends() {
    Instant until = terms.until();
    return until == null ? expiresAt : until;
  }

  /** A waiver names its check, and nothing else does. */
  public static void requireCheck(SignOffDecision decision, @Nullable String check) {
    if ((decision == SignOffDecision.WAIVE) != (check != null)) {
      throw new IllegalArgumentException(
          "check: allowed with the decision waive, and required there");
    }
    if (check != null) {
      StatementRules.name("check", check);
    }
  }
}
