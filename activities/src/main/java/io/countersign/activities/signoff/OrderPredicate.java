package io.countersign.activities.signoff;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.Order;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.StatementRules;
import java.time.Instant;

/** What an order says, not yet signed or not yet verified. */
public record OrderPredicate(
    OrderKind kind,
    String reason,
    String person,
    ReleaseId release,
    Digest releaseDigest,
    Instant issuedAt,
    Instant expiresAt,
    String nonce) {
  public OrderPredicate {
    StatementRules.reason(reason);
    StatementRules.name("person", person);
    StatementRules.period(issuedAt, expiresAt);
    StatementRules.nonce(nonce);
  }

  /** The same, said by the holder of this key. */
  public Order verified(VerificationKey key, Digest statementDigest) {
    return new Order(
        kind,
        reason,
        person,
        release,
        releaseDigest,
        issuedAt,
        expiresAt,
        nonce,
        key.keyId(),
        statementDigest);
  }
}
