package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.KeyDirectory;
import io.countersign.activities.port.SignedRequests;
import io.countersign.activities.signoff.RequestPredicate;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Requests as in-toto statements about one line of HTTP. One form only: the bytes must be those
 * that {@link #write} itself would make of what they say.
 */
public final class RequestStatements implements SignedRequests {
  /** The most bytes of an envelope: it travels in a header. */
  public static final int LIMIT = 4 * 1024;

  private static final String SUBJECT = "request";

  /** The canonical bytes, to be signed. */
  public static byte[] write(RequestPredicate said) {
    ObjectNode predicate =
        JsonNodeFactory.instance
            .objectNode()
            .put("person", said.person())
            .put("method", said.method())
            .put("audience", said.audience())
            .put("path", said.path())
            .put("issuedAt", said.issuedAt().toString())
            .put("expiresAt", said.expiresAt().toString())
            .put("nonce", said.nonce());
    PredicateSchemas.validate(PredicateType.REQUEST, predicate);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_type", "https://in-toto.io/Statement/v1");
    json.putArray("subject")
        .addObject()
        .put("name", SUBJECT)
        .putObject("digest")
        .put("sha256", Digest.of(said.line().getBytes(StandardCharsets.UTF_8)).hex());
    json.put("predicateType", PredicateType.REQUEST.uri());
    json.set("predicate", predicate);
    return CanonicalJson.bytes(json);
  }

  @Override
  public Signed request(byte[] json, KeyDirectory people) {
    DsseEnvelope envelope = DsseEnvelope.parse(json, LIMIT);
    RequestPredicate said = read(envelope.payload());
    List<VerificationKey> keys = people.keysOf(said.person());
    if (keys.isEmpty()) {
      throw new GateException(
          FailureType.UNKNOWN_PERSON,
          "predicate.person: " + Malformed.shown(said.person()) + " is not listed");
    }
    return new Signed(said, EnvelopeVerifier.verify(envelope, keys).keyId());
  }

  private static RequestPredicate read(byte[] payload) {
    ObjectNode json = StrictJson.object("statement", payload);
    if (!(json.get("predicate") instanceof ObjectNode predicate)) {
      throw Malformed.unreadable("predicate: allowed is an object");
    }
    PredicateSchemas.validate(PredicateType.REQUEST, predicate);
    Fields fields = new Fields(predicate);
    RequestPredicate said;
    try {
      said =
          new RequestPredicate(
              fields.text("person"),
              fields.text("method"),
              fields.text("audience"),
              fields.text("path"),
              fields.instant("issuedAt"),
              fields.instant("expiresAt"),
              fields.text("nonce"));
    } catch (IllegalArgumentException e) {
      throw Malformed.unreadable("predicate." + e.getMessage());
    }
    if (!Arrays.equals(write(said), payload)) {
      throw Malformed.unreadable("statement: allowed is the canonical statement of its predicate");
    }
    return said;
  }
}
