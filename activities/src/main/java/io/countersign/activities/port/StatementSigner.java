package io.countersign.activities.port;

import java.security.PublicKey;

/** Signs with the gate's own Ed25519 key. The private key never leaves where it was made. */
public interface StatementSigner {

  /** Names the key and its version; stays the same for the life of this signer. */
  String keyId();

  /** The raw Ed25519 signature (64 bytes) over the whole message, under {@link #keyId}. */
  byte[] sign(byte[] message);

  /** The key that verifies {@link #sign}. */
  PublicKey publicKey();
}
