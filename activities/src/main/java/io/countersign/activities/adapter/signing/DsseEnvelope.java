package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * A DSSE envelope that carries an in-toto statement: JSON form of the DSSE envelope 1.0, signed
 * bytes of the DSSE protocol 1.0. Read strictly: of the fields that DSSE lets a reader ignore only
 * {@code extension} is, because an ignored field is a place where two readers differ.
 */
public record DsseEnvelope(String payloadType, byte[] payload, List<Signature> signatures) {
  /** The one type of payload that the gate takes. */
  public static final String IN_TOTO = "application/vnd.in-toto+json";

  /** The most bytes of an envelope that arrives as a message. */
  public static final int MESSAGE_LIMIT = 64 * 1024;

  private static final int SIGNATURE_COUNT_LIMIT = 8;
  private static final int SIGNATURE_LIMIT = 512;
  private static final int KEY_ID_LIMIT = 256;

  /**
   * One signature.
   *
   * @param keyid a hint of whoever sent it; proves nothing
   */
  public record Signature(String keyid, byte[] sig) {
    public Signature {
      sig = sig.clone();
    }

    @Override
    public byte[] sig() {
      return sig.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Signature that
          && keyid.equals(that.keyid)
          && Arrays.equals(sig, that.sig);
    }

    @Override
    public int hashCode() {
      return 31 * keyid.hashCode() + Arrays.hashCode(sig);
    }
  }

  public DsseEnvelope {
    payload = payload.clone();
    signatures = List.copyOf(signatures);
  }

  @Override
  public byte[] payload() {
    return payload.clone();
  }

  /** An in-toto statement without a signature, for a submission that its CI token proves. */
  public static DsseEnvelope unsigned(byte[] statement) {
    return new DsseEnvelope(IN_TOTO, statement, List.of());
  }

  /** An in-toto statement, signed. */
  public static DsseEnvelope sign(byte[] statement, SigningKey key) {
    byte[] sig = key.sign(pae(IN_TOTO, statement));
    return new DsseEnvelope(
        IN_TOTO, statement, List.of(new Signature(key.verificationKey().keyId(), sig)));
  }

  /** Reads an envelope that arrived as a message. */
  public static DsseEnvelope parse(byte[] json) {
    return parse(json, MESSAGE_LIMIT);
  }

  /**
   * Reads an envelope of at most so many bytes; a longer one is OVERSIZED, anything else amiss
   * UNREADABLE.
   */
  public static DsseEnvelope parse(byte[] json, int limit) {
    if (json.length > limit) {
      throw new GateException(
          FailureType.OVERSIZED, "envelope: found " + json.length + " bytes, allowed are " + limit);
    }
    ObjectNode envelope = StrictJson.object("envelope", json);
    StrictJson.requireExactly("envelope", envelope, Set.of("payload", "payloadType", "signatures"));
    String type = text("payloadType", envelope.get("payloadType"));
    if (!type.equals(IN_TOTO)) {
      throw Malformed.field("payloadType", Malformed.shown(type), "is " + IN_TOTO);
    }
    return new DsseEnvelope(
        type, base64("payload", envelope.get("payload")), signatures(envelope.get("signatures")));
  }

  /** The envelope as JSON on one line. */
  public byte[] write() {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.put("payload", Base64.getEncoder().encodeToString(payload));
    envelope.put("payloadType", payloadType);
    ArrayNode list = envelope.putArray("signatures");
    for (Signature signature : signatures) {
      list.addObject()
          .put("keyid", signature.keyid)
          .put("sig", Base64.getEncoder().encodeToString(signature.sig));
    }
    return envelope.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The bytes that a signature covers. */
  public byte[] pae() {
    return pae(payloadType, payload);
  }

  /**
   * Names what was said: the digest of the bytes that a signature covers. Whitespace, base64
   * alphabet, key ids, the number of signatures and their malleability are outside of it, so a
   * replay in another dress has the same name.
   */
  public Digest statementDigest() {
    return Digest.of(pae());
  }

  static byte[] pae(String type, byte[] body) {
    byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ("DSSEv1 " + typeBytes.length + " " + type + " " + body.length + " ")
            .getBytes(StandardCharsets.UTF_8);
    byte[] encoded = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, encoded, head.length, body.length);
    return encoded;
  }

  private static List<Signature> signatures(JsonNode list) {
    if (!list.isArray() || list.size() > SIGNATURE_COUNT_LIMIT) {
      throw Malformed.field(
          "signatures",
          list.isArray() ? list.size() + " items" : StrictJson.kind(list),
          "is an array of at most " + SIGNATURE_COUNT_LIMIT);
    }
    List<Signature> read = new ArrayList<>();
    for (JsonNode item : list) {
      read.add(signature("signatures[" + read.size() + "]", item));
    }
    return read;
  }

  private static Signature signature(String field, JsonNode item) {
    if (!(item instanceof ObjectNode signature)) {
      throw Malformed.field(field, StrictJson.kind(item), "is an object");
    }
    ObjectNode known = signature.deepCopy();
    known.remove("extension");
    JsonNode hint = known.remove("keyid");
    StrictJson.requireExactly(field, known, Set.of("sig"));
    String keyid = hint == null || hint.isNull() ? "" : text(field + ".keyid", hint);
    if (keyid.length() > KEY_ID_LIMIT) {
      throw Malformed.field(
          field + ".keyid", keyid.length() + " characters", "are " + KEY_ID_LIMIT);
    }
    byte[] sig = base64(field + ".sig", known.get("sig"));
    if (sig.length > SIGNATURE_LIMIT) {
      throw Malformed.field(field + ".sig", sig.length + " bytes", "are " + SIGNATURE_LIMIT);
    }
    return new Signature(keyid, sig);
  }

  private static String text(String field, JsonNode value) {
    if (!value.isTextual()) {
      throw Malformed.field(field, StrictJson.kind(value), "is a text");
    }
    return value.textValue();
  }

  /** DSSE demands of a verifier that it takes the standard and the URL-safe alphabet. */
  private static byte[] base64(String field, JsonNode value) {
    String text = text(field, value);
    boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
    try {
      return (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    } catch (IllegalArgumentException e) {
      throw Malformed.field(
          field, Malformed.shown(text), "is base64, standard or URL-safe, without line breaks");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DsseEnvelope that
        && payloadType.equals(that.payloadType)
        && Arrays.equals(payload, that.payload)
        && signatures.equals(that.signatures);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(payload) + signatures.hashCode();
  }

  @Override
  public String toString() {
    return "DsseEnvelope[" + statementDigest() + ", " + signatures.size() + " signatures]";
  }
}
