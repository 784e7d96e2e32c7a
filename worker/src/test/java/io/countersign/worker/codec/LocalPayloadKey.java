package io.countersign.worker.codec;

import io.countersign.activities.port.KeyUnwrapping;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** A payload key whose private half is here, in the place of Vault's transit engine. */
public final class LocalPayloadKey implements KeyUnwrapping {
  private static final KeyPair PAIR = pair();

  /** Questions so far. */
  public int asked;

  /** Whether it answers at all. */
  public boolean away;

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(3072);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public PayloadKey publicKey() {
    return new PayloadKey("countersign-payload", 1, (RSAPublicKey) PAIR.getPublic());
  }

  @Override
  public Optional<byte[]> unwrap(String wrapped) {
    asked++;
    if (away) {
      throw new GateException(FailureType.VAULT_UNAVAILABLE, "away");
    }
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          PAIR.getPrivate(),
          new OAEPParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
      return Optional.of(
          cipher.doFinal(
              Base64.getDecoder().decode(wrapped.substring(wrapped.lastIndexOf(':') + 1))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
