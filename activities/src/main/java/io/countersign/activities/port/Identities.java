package io.countersign.activities.port;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.IdentityProof;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What was proved about machines: a workload's login, and CI tokens that submitted a release. */
public interface Identities {
  /** Keeps the newest proof of a release; an older one changes nothing. */
  void recordIdentityProof(ReleaseId release, IdentityProof proof);

  Optional<IdentityProof> identityProof(ReleaseId release);

  /**
   * Uses a CI token's id for one submission.
   *
   * @return true for the first use and for the same release digest again; false for another
   */
  boolean useTokenId(String issuer, String tokenId, Digest releaseDigest, Instant expiresAt);

  /** Refuses issuers and ids that are empty, longer than 512 characters or not text. */
  static void requireToken(String issuer, String tokenId) {
    for (String value : List.of(issuer, tokenId)) {
      if (value.isBlank() || value.length() > 512 || value.indexOf('\0') >= 0) {
        throw new GateException(FailureType.BAD_TOKEN, "issuer and id must be 1 to 512 characters");
      }
    }
  }
}
