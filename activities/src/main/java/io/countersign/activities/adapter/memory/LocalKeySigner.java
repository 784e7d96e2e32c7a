package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.StatementSigner;
import io.countersign.release.Digest;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;

/** Signs with an Ed25519 key that is made here and ends with this object. For the unit tier. */
public final class LocalKeySigner implements StatementSigner {
  private final KeyPair pair;
  private final String keyId;

  public LocalKeySigner() {
    try {
      this.pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
    this.keyId = "local:" + Digest.of(pair.getPublic().getEncoded()).hex().substring(0, 16);
  }

  @Override
  public String keyId() {
    return keyId;
  }

  @Override
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key made here signs", e);
    }
  }

  @Override
  public PublicKey publicKey() {
    return pair.getPublic();
  }
}
