package io.countersign.signoff;

import io.countersign.release.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sign-off says of waivers: a waiver its own end, an approval the waivers that its signer
 * was shown.
 *
 * @param until from then on the waived failure is not accepted any more; without it a waiver ends
 *     with its statement
 * @param accountable who answers for the failure, when that is not the signer
 * @param seen statement digests of the waivers that an approval takes into account
 */
public record WaiverTerms(
    @Nullable Instant until, @Nullable String accountable, List<Digest> seen) {
  /** The most waivers that one approval names. */
  public static final int SEEN_LIMIT = 64;

  /** A sign-off that has nothing to do with waivers. */
  public static final WaiverTerms NONE = new WaiverTerms(null, null, List.of());

  public WaiverTerms {
    seen = List.copyOf(seen);
    if (seen.size() > SEEN_LIMIT || seen.stream().distinct().count() != seen.size()) {
      throw new IllegalArgumentException(
          "waivers: allowed are at most " + SEEN_LIMIT + " digests, each once");
    }
    if (accountable != null) {
      StatementRules.name("accountable", accountable);
    }
  }

  /** An approval by somebody who was shown these waivers. */
  public static WaiverTerms seen(List<Digest> waivers) {
    return new WaiverTerms(null, null, waivers);
  }

  /** A waiver until then. */
  public static WaiverTerms until(Instant end, @Nullable String accountable) {
    return new WaiverTerms(end, accountable, List.of());
  }

  /** A waiver alone has an end and somebody accountable; an approval alone names waivers. */
  public void requireFit(SignOffDecision decision, Instant issuedAt) {
    if (decision != SignOffDecision.WAIVE && (until != null || accountable != null)) {
      throw new IllegalArgumentException("until: allowed with the decision waive alone");
    }
    if (decision != SignOffDecision.APPROVE && !seen.isEmpty()) {
      throw new IllegalArgumentException("waivers: allowed with the decision approve alone");
    }
    if (until != null && !issuedAt.isBefore(until)) {
      throw new IllegalArgumentException(
          "until: found " + until + ", allowed is a time after issuedAt " + issuedAt);
    }
  }
}
