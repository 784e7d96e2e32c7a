package io.countersign.activities.signoff;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.util.List;

/**
 * A private key in memory. Has no text form and no JSON form; it signs and names its public half,
 * nothing else.
 */
public final class SigningKey {
  private static final byte[] PROBE =
      "countersign: do these two keys belong together?".getBytes(StandardCharsets.UTF_8);

  private final PrivateKey key;
  private final VerificationKey publicHalf;

  private SigningKey(PrivateKey key, VerificationKey publicHalf) {
    this.key = key;
    this.publicHalf = publicHalf;
  }

  /** Takes an Ed25519 or P-256 private key and works out its public half. */
  public static SigningKey of(PrivateKey key) {
    try {
      for (PublicKey candidate : candidates(key)) {
        SigningKey pair = new SigningKey(key, VerificationKey.of(candidate));
        if (pair.publicHalf.verify(PROBE, pair.sign(PROBE))) {
          return pair;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("key: found a private key that cannot sign");
    }
    throw new IllegalStateException("this Java platform derives no public key from a private one");
  }

  private static List<? extends PublicKey> candidates(PrivateKey key)
      throws GeneralSecurityException {
    if (key instanceof EdECPrivateKey ed && ed.getParams().getName().equals("Ed25519")) {
      return List.of(Ed25519.publicKey(ed));
    }
    if (key instanceof ECPrivateKey ec && P256.isCurveOf(ec)) {
      return P256.candidates(ec);
    }
    throw new IllegalArgumentException(
        "key: found " + key.getAlgorithm() + ", allowed are Ed25519 and ECDSA on P-256");
  }

  public VerificationKey verificationKey() {
    return publicHalf;
  }

  /** Signs exactly these bytes. */
  public byte[] sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance(publicHalf.algorithm().signature());
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a checked key could not sign");
    }
  }

  @Override
  public String toString() {
    return "SigningKey[redacted, public half " + publicHalf.keyId() + "]";
  }
}
