package io.countersign.worker.codec;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.BiConsumer;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A sender's data keys: random AES-256 keys, each wrapped once to the payload key with RSAES-OAEP
 * (RFC 8017, section 7.1; SHA-256 for the digest and for MGF1, as Vault's transit engine does). One
 * key seals at most 2^20 payloads, far below what random 96-bit nonces bear (NIST SP 800-38D,
 * section 8.3), and no longer than an hour.
 */
final class DataKeys {
  private static final int KEY_BYTES = 32;
  private static final int MOST_PAYLOADS = 1 << 20;
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private final PayloadKey payloadKey;
  private final BiConsumer<String, SecretKey> made;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private @Nullable DataKey current;
  private Instant until = Instant.MIN;
  private int left;

  /**
   * @param made told of each new key, so that its maker need not ask Vault for it
   */
  DataKeys(PayloadKey payloadKey, BiConsumer<String, SecretKey> made, Clock clock) {
    this.payloadKey = payloadKey;
    this.made = made;
    this.clock = clock;
  }

  /** A data key and how a reader gets it. */
  record DataKey(SecretKey key, String wrapped) {
    @Override
    public String toString() {
      return "DataKey[" + wrapped.length() + "]";
    }
  }

  /** The key for one more payload. */
  synchronized DataKey next() {
    DataKey key = current;
    Instant now = clock.instant();
    if (key == null || left == 0 || now.isAfter(until)) {
      key = fresh();
      made.accept(key.wrapped(), key.key());
      current = key;
      left = MOST_PAYLOADS;
      until = now.plus(LONGEST);
    }
    left--;
    return key;
  }

  private DataKey fresh() {
    byte[] raw = new byte[KEY_BYTES];
    random.nextBytes(raw);
    try {
      Cipher wrap = Cipher.getInstance("RSA/ECB/OAEPPadding");
      wrap.init(Cipher.ENCRYPT_MODE, payloadKey.key(), OAEP, random);
      String wrapped =
          "vault:v"
              + payloadKey.version()
              + ":"
              + Base64.getEncoder().encodeToString(wrap.doFinal(raw));
      return new DataKey(new SecretKeySpec(raw, "AES"), wrapped);
    } catch (GeneralSecurityException e) {
      throw new GateException(FailureType.INTERNAL, "a data key cannot be wrapped", e);
    }
  }
}
