package io.countersign.signoff;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;

/**
 * A person's signed order, as verified. Whether the person may give it is decided elsewhere.
 *
 * @param keyId the key that verified, never the hint of the envelope
 * @param statementDigest names what was said, whatever its encoding or signature; equal means said
 *     once
 */
public record Order(
    OrderKind kind,
    String reason,
    String person,
    ReleaseId release,
    Digest releaseDigest,
    Instant issuedAt,
    Instant expiresAt,
    String nonce,
    String keyId,
    Digest statementDigest) {
  public Order {
    StatementRules.reason(reason);
    StatementRules.name("person", person);
    StatementRules.period(issuedAt, expiresAt);
    StatementRules.nonce(nonce);
    StatementRules.keyId(keyId);
  }
}
