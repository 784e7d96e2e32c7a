package io.countersign.activities.signoff;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;

/**
 * A submission, as verified: its submitter is proved. Whether they may submit is decided elsewhere.
 *
 * @param statementDigest names what was said, whatever its encoding or signature
 */
public record Submission(
    Submitter submitter,
    ReleaseId release,
    Digest releaseDigest,
    JsonNode manifest,
    Instant issuedAt,
    Instant expiresAt,
    String nonce,
    Digest statementDigest) {

  /** Who submitted, and what proves it. */
  public sealed interface Submitter permits Person, Ci {}

  /** A person, proved by this key. */
  public record Person(String person, String keyId) implements Submitter {}

  /** A CI run, proved by its token. */
  public record Ci(CiIdentity identity) implements Submitter {}
}
