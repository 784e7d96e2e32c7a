package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.Permit;
import io.countersign.activities.port.Permits;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads permits as the gate writes them: one signature, by the key that it names, and nothing in
 * the statement that is not read.
 */
public final class SignedPermits implements Permits {
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";

  private final Map<String, VerificationKey> keys;

  /**
   * @param keys by the id that signatures name; without any nothing is believed
   */
  public SignedPermits(Map<String, VerificationKey> keys) {
    this.keys = Map.copyOf(keys);
  }

  @Override
  public Proved open(String text) {
    DsseEnvelope envelope = DsseEnvelope.parse(text.getBytes(StandardCharsets.UTF_8), Permit.LIMIT);
    if (envelope.signatures().size() != 1) {
      throw Malformed.field("signatures", envelope.signatures().size() + " items", "is one");
    }
    DsseEnvelope.Signature signature = envelope.signatures().get(0);
    VerificationKey key = keys.get(signature.keyid());
    if (key == null) {
      throw new GateException(
          FailureType.UNKNOWN_KEY,
          "envelope: the signature says it is by key " + Malformed.shown(signature.keyid()));
    }
    if (!key.verify(envelope.pae(), signature.sig())) {
      throw new GateException(
          FailureType.BAD_SIGNATURE, "envelope: the signature is not by " + signature.keyid());
    }
    return new Proved(permit(envelope.payload()), new Key(signature.keyid(), key.keyId()));
  }

  @Override
  public boolean believes(Key key) {
    VerificationKey listed = keys.get(key.id());
    return listed != null && listed.keyId().equals(key.fingerprint());
  }

  private static Permit permit(byte[] payload) {
    ObjectNode statement = StrictJson.object("statement", payload);
    StrictJson.requireExactly(
        "statement", statement, Set.of("_type", "subject", "predicateType", "predicate"));
    require("_type", STATEMENT, statement.path("_type"));
    require("predicateType", Permit.TYPE, statement.path("predicateType"));
    if (!(statement.get("predicate") instanceof ObjectNode predicate)) {
      throw Malformed.field("predicate", StrictJson.kind(statement.get("predicate")), "an object");
    }
    Permit permit =
        new Permit(
            parsed("grantId", UUID::fromString, predicate.remove("grantId")),
            parsed("release", ReleaseId::parse, predicate.remove("release")),
            parsed("releaseDigest", Digest::parse, predicate.remove("releaseDigest")),
            parsed("gateDigest", Digest::parse, predicate.remove("gateDigest")),
            parsed("expiresAt", SignedPermits::time, predicate.remove("expiresAt")),
            predicate.has("reviewBy")
                ? parsed("reviewBy", SignedPermits::time, predicate.remove("reviewBy"))
                : null);
    StrictJson.requireExactly("predicate", predicate, Set.of());
    JsonNode subject = statement.path("subject");
    if (subject.size() != 1) {
      throw Malformed.field("subject", subject.size() + " items", "is one");
    }
    require("subject.name", permit.release().toString(), subject.path(0).path("name"));
    require(
        "subject.digest",
        permit.releaseDigest().hex(),
        subject.path(0).path("digest").path("sha256"));
    return permit;
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("a time, as in 2026-11-23T08:00:00Z");
    }
  }

  private static void require(String field, String wanted, JsonNode found) {
    if (!found.isTextual() || !found.textValue().equals(wanted)) {
      throw Malformed.field(field, Malformed.shown(found.asText()), "is " + wanted);
    }
  }

  private static <T> T parsed(String field, Function<String, T> parser, @Nullable JsonNode value) {
    if (value == null || !value.isTextual()) {
      throw Malformed.field(field, value == null ? "nothing" : StrictJson.kind(value), "is a text");
    }
    return Fields.parsed(field, value.textValue(), parser);
  }
}
