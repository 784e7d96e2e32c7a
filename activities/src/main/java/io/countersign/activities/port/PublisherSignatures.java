package io.countersign.activities.port;

import io.countersign.release.Digest;
import java.util.Collection;

/**
 * Reads what a supplier signed of its artefacts. It proves that a key vouches for a digest, and
 * nothing about the artefact.
 */
public interface PublisherSignatures {
  /** Most bytes of a document with a signature. */
  int LIMIT = 1024 * 1024;

  /** What a document is worth. */
  enum Verdict {
    /** One of the keys vouches for the digest. */
    VOUCHES,
    /** None of the keys signed it. */
    OTHER_KEY,
    /** A key signed it, but it is about other artefacts. */
    OTHER_DIGEST,
    /** A key signed it, but it does not say that the artefact is the supplier's own. */
    OTHER_CLAIM,
    /** It is none of the forms that are read. */
    UNREADABLE
  }

  /**
   * An in-toto statement in a DSSE envelope, with the digest among its subjects. Statements that
   * vouch are SLSA provenance and in-toto releases; anybody may sign that an artefact is bad.
   *
   * @param keys as the gate policy has them
   */
  Verdict statement(byte[] envelope, Digest digest, Collection<String> keys);

  /**
   * A detached signature, as it is or in base64. An ECDSA key signs the artefact, which is its
   * digest ({@code openssl dgst -sha256 -sign}, {@code cosign sign-blob}); an Ed25519 key, whose
   * signatures need the whole message, signs the text {@code sha256:<hex>} without a line end.
   */
  Verdict signature(byte[] signature, Digest digest, Collection<String> keys);
}
