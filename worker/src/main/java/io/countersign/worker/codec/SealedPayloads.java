package io.countersign.worker.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.countersign.activities.port.KeyUnwrapping;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.ReleaseGate;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.context.ActivitySerializationContext;
import io.temporal.payload.context.SerializationContext;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals payloads with AES-256-GCM (NIST SP 800-38D) under a data key that is wrapped to the payload
 * key and travels with them.
 *
 * <p>What comes in and is not sealed is tagged, never refused by throwing, because a workflow task
 * that throws is tried again for ever: plaintext (unless it is accepted while an installation
 * changes over), keys that nobody wrapped, bytes that were changed. No converter takes the tag's
 * encoding, and the gate's handlers count it as unreadable. The tag depends on nothing but the
 * payload, so a replay decides the same. Only when a key cannot be asked for now does decoding
 * throw: then the task is tried again until it can.
 */
public final class SealedPayloads implements PayloadCodec {
  /** The encoding of a sealed payload. */
  public static final String ENCODING = "binary/countersign-sealed";

  /** The encoding of what was not sealed to this gate; {@link #WHY} says what was wrong. */
  public static final String REFUSED = "binary/countersign-refused";

  static final String KEY = "countersign-key";
  static final String WHY = "countersign-refused";
  static final String PLAINTEXT = "plaintext";
  static final String MALFORMED = "malformed";

  private static final String ENCODING_FIELD = "encoding";
  private static final String DOMAIN = "countersign.io/payload/v1\n";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final DataKeys sending;
  private final OpenedKeys opened;
  private final boolean acceptPlaintext;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param acceptPlaintext whether what is not sealed is taken as it is: while histories from
   *     before the change are still open
   */
  public SealedPayloads(
      PayloadKey key, KeyUnwrapping unwrapping, boolean acceptPlaintext, Clock clock) {
    this.opened = new OpenedKeys(unwrapping);
    this.sending = new DataKeys(key, opened::put, clock);
    this.acceptPlaintext = acceptPlaintext;
  }

  /**
   * What goes to another task queue than the gate's, and what comes from there, travels in the
   * clear: a worker of somebody else that could open one payload could open them all. It is told
   * nothing but digests, names and settings, and believed for nothing but its signature.
   */
  @Override
  public PayloadCodec withContext(SerializationContext context) {
    return context instanceof ActivitySerializationContext activity
            && !activity.getActivityTaskQueue().equals(ReleaseGate.TASK_QUEUE)
        ? new Abroad()
        : this;
  }

  private final class Abroad implements PayloadCodec {
    @Override
    public List<Payload> encode(List<Payload> payloads) {
      return payloads;
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
      return payloads.stream().map(payload -> sealed(payload) ? open(payload) : payload).toList();
    }
  }

  @Override
  public List<Payload> encode(List<Payload> payloads) {
    return payloads.stream().map(this::seal).toList();
  }

  @Override
  public List<Payload> decode(List<Payload> payloads) {
    return payloads.stream().map(this::open).toList();
  }

  /** Whether a payload was sealed, by whomever. */
  public static boolean sealed(Payload payload) {
    return text(payload, ENCODING_FIELD).equals(ENCODING);
  }

  private Payload seal(Payload clear) {
    DataKeys.DataKey key = sending.next();
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key.key(), nonce, key.wrapped());
      return Payload.newBuilder()
          .putMetadata(ENCODING_FIELD, ByteString.copyFromUtf8(ENCODING))
          .putMetadata(KEY, ByteString.copyFromUtf8(key.wrapped()))
          .setData(
              ByteString.copyFrom(nonce)
                  .concat(ByteString.copyFrom(cipher.doFinal(clear.toByteArray()))))
          .build();
    } catch (GeneralSecurityException e) {
      throw new GateException(FailureType.INTERNAL, "a payload cannot be sealed", e);
    }
  }

  private Payload open(Payload payload) {
    if (!sealed(payload)) {
      return acceptPlaintext ? payload : refused(payload, PLAINTEXT);
    }
    String wrapped = text(payload, KEY);
    byte[] data = payload.getData().toByteArray();
    Optional<SecretKey> key =
        data.length < NONCE_BYTES + TAG_BITS / 8 ? Optional.empty() : opened.open(wrapped);
    if (key.isEmpty()) {
      return refused(payload, MALFORMED);
    }
    try {
      byte[] nonce = Arrays.copyOf(data, NONCE_BYTES);
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key.get(), nonce, wrapped);
      return Payload.parseFrom(cipher.doFinal(data, NONCE_BYTES, data.length - NONCE_BYTES));
    } catch (AEADBadTagException | InvalidProtocolBufferException changed) {
      return refused(payload, MALFORMED);
    } catch (GeneralSecurityException e) {
      throw new GateException(FailureType.INTERNAL, "a payload cannot be opened", e);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String wrapped)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((DOMAIN + wrapped).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static Payload refused(Payload payload, String why) {
    return payload.toBuilder()
        .putMetadata(ENCODING_FIELD, ByteString.copyFromUtf8(REFUSED))
        .putMetadata(WHY, ByteString.copyFromUtf8(why))
        .build();
  }

  private static String text(Payload payload, String field) {
    return payload.getMetadataOrDefault(field, ByteString.EMPTY).toStringUtf8();
  }
}
