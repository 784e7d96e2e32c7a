package io.countersign.record;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A release and the rules that it runs under, frozen at submission (invariant I10).
 *
 * @param releaseDigest SHA-256 of the canonical manifest; anything else is refused
 * @param submission the signed submission as it was sent
 * @param gateDigest the gate file of this release, archived by this digest
 * @param approversDigest the approvers file of this release, archived by this digest
 * @param reviewRound the round in which it was frozen, 1 or more
 * @param requirements who must sign, as JSON
 * @param predecessor the release of the same system and environment that was live, if any
 * @param scope Vault policies and what they expand to, as JSON
 * @param frozenAt kept in microseconds
 */
public record FrozenRelease(
    ReleaseId id,
    Digest releaseDigest,
    String submitter,
    String submission,
    JsonDocument manifest,
    Digest gateDigest,
    Digest approversDigest,
    int reviewRound,
    String tier,
    JsonDocument requirements,
    @Nullable ReleaseId predecessor,
    JsonDocument scope,
    Instant frozenAt) {
  /** Largest submission envelope in characters. */
  public static final int MAX_SUBMISSION = 1024 * 1024;

  public FrozenRelease {
    frozenAt = frozenAt.truncatedTo(ChronoUnit.MICROS);
    if (submitter.isBlank() || tier.isBlank() || submission.isBlank()) {
      throw new IllegalArgumentException(
          "release: submitter, tier and submission must not be empty");
    }
    if (submission.length() > MAX_SUBMISSION || submission.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("release: the submission is too long or not text");
    }
    if (reviewRound < 1) {
      throw new IllegalArgumentException("release: reviewRound begins with 1");
    }
    if (!manifest.digest().equals(releaseDigest)) {
      throw new IllegalArgumentException("release: the release digest is not the manifest's");
    }
    if (predecessor != null
        && (predecessor.equals(id) || !predecessor.withVersion(id.version()).equals(id))) {
      throw new IllegalArgumentException(
          "release: the predecessor must be another version of the same system and environment");
    }
  }

  /**
   * Answers the release that is frozen under this id already.
   *
   * @throws GateException {@code RELEASE_CONFLICT} if it has another digest
   */
  public FrozenRelease repeats(FrozenRelease stored) {
    if (!releaseDigest.equals(stored.releaseDigest())) {
      throw new GateException(FailureType.RELEASE_CONFLICT, id + " is " + stored.releaseDigest());
    }
    return stored;
  }
}
