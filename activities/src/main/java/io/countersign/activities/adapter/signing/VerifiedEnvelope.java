package io.countersign.activities.adapter.signing;

import io.countersign.activities.signoff.VerificationKey;
import io.countersign.release.Digest;

/**
 * What a known key has signed. Made by {@link EnvelopeVerifier} alone, so that holding one is
 * proof.
 */
public final class VerifiedEnvelope {
  private final VerificationKey key;
  private final byte[] payload;
  private final Digest statementDigest;

  VerifiedEnvelope(VerificationKey key, DsseEnvelope envelope) {
    this.key = key;
    this.payload = envelope.payload();
    this.statementDigest = envelope.statementDigest();
  }

  /** The key that verified. */
  public VerificationKey publicKey() {
    return key;
  }

  /** Names the key that verified. */
  public String keyId() {
    return key.keyId();
  }

  public byte[] payload() {
    return payload.clone();
  }

  /** See {@link DsseEnvelope#statementDigest()}. */
  public Digest statementDigest() {
    return statementDigest;
  }
}
