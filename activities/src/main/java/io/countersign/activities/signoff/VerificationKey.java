package io.countersign.activities.signoff;

import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.util.HexFormat;

/** A public key that is fit to verify: Ed25519 or ECDSA on P-256, a proper point of its curve. */
public final class VerificationKey {
  private static final KnownSignatures KNOWN = new KnownSignatures(8_192);

  private final PublicKey key;
  private final KeyAlgorithm algorithm;
  private final String keyId;

  private VerificationKey(PublicKey key, KeyAlgorithm algorithm) {
    this.key = key;
    this.algorithm = algorithm;
    this.keyId = Digest.of(key.getEncoded()).hex();
  }

  /** Checks the key; anything else is refused with what is allowed. */
  public static VerificationKey of(PublicKey key) {
    KeyAlgorithm algorithm = KeyAlgorithm.of(key);
    if (key instanceof EdECPublicKey ed) {
      Ed25519.requireBinding(ed);
    } else if (key instanceof ECPublicKey ec) {
      P256.requireOnCurve(ec);
    } else {
      throw new IllegalArgumentException("key: found one without a public point");
    }
    return new VerificationKey(key, algorithm);
  }

  public KeyAlgorithm algorithm() {
    return algorithm;
  }

  /**
   * Names the key: SHA-256 over its DER SubjectPublicKeyInfo, lower-case hex. One rule for every
   * algorithm, and anybody can check it: {@code openssl pkey -pubin -in key.pub -outform DER |
   * sha256sum}.
   */
  public String keyId() {
    return keyId;
  }

  /** DER SubjectPublicKeyInfo. */
  public byte[] encoded() {
    return key.getEncoded();
  }

  /**
   * Whether this key signed exactly these bytes. A signature of the wrong form is not an error, it
   * is no signature.
   */
  public boolean verify(byte[] message, byte[] signature) {
    if (signature.length == 0 || signature.length > algorithm.signatureLimit()) {
      return false;
    }
    Digest name = KnownSignatures.name(keyId, message, signature);
    if (KNOWN.has(name)) {
      return true;
    }
    try {
      Signature verifier = Signature.getInstance(algorithm.signature());
      verifier.initVerify(key);
      verifier.update(message);
      boolean good = verifier.verify(signature);
      if (good) {
        KNOWN.add(name);
      }
      return good;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /**
   * Whether this key signed an artefact of this digest: with ECDSA the artefact itself, which its
   * digest is enough to verify; with Ed25519, which needs the whole message, the digest's text.
   */
  public boolean verifyArtefact(Digest digest, byte[] signature) {
    if (algorithm != KeyAlgorithm.ECDSA_P256) {
      return verify(digest.toString().getBytes(StandardCharsets.US_ASCII), signature);
    }
    if (signature.length == 0 || signature.length > algorithm.signatureLimit()) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("NONEwithECDSA");
      verifier.initVerify(key);
      verifier.update(HexFormat.of().parseHex(digest.hex()));
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerificationKey that && keyId.equals(that.keyId);
  }

  @Override
  public int hashCode() {
    return keyId.hashCode();
  }

  @Override
  public String toString() {
    return algorithm + " " + keyId;
  }
}
