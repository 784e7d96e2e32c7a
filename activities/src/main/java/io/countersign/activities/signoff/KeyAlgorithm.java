package io.countersign.activities.signoff;

import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.spec.NamedParameterSpec;

/**
 * The two kinds of keys that may sign. The key decides how a signature is verified, never the
 * message.
 */
public enum KeyAlgorithm {
  ED25519("Ed25519", 64),
  /** ECDSA on P-256 over SHA-256; signatures in DER. */
  ECDSA_P256("SHA256withECDSA", 72);

  private final String signature;
  private final int signatureLimit;

  KeyAlgorithm(String signature, int signatureLimit) {
    this.signature = signature;
    this.signatureLimit = signatureLimit;
  }

  /** The name under which java.security signs. */
  public String signature() {
    return signature;
  }

  int signatureLimit() {
    return signatureLimit;
  }

  /** The algorithm of a public key; anything but these two is refused. */
  static KeyAlgorithm of(PublicKey key) {
    if (key instanceof EdECKey ed
        && ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
      return ED25519;
    }
    if (key instanceof ECKey ec && P256.isCurveOf(ec)) {
      return ECDSA_P256;
    }
    throw new IllegalArgumentException(
        "key: found " + key.getAlgorithm() + ", allowed are Ed25519 and ECDSA on P-256");
  }
}
