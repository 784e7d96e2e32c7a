package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.util.Set;

/**
 * An in-toto Statement v1 about one release.
 *
 * @param release the name of its one subject
 * @param releaseDigest the digest of its one subject
 */
record Statement(
    ReleaseId release, Digest releaseDigest, PredicateType type, ObjectNode predicate) {
  private static final String TYPE = "https://in-toto.io/Statement/v1";

  /** Reads a statement of this type; its predicate is valid by its schema. */
  static Statement parse(byte[] payload, PredicateType type) {
    ObjectNode json = StrictJson.object("statement", payload);
    requireCanonical(json);
    StrictJson.requireExactly(
        "statement", json, Set.of("_type", "subject", "predicateType", "predicate"));
    requireText("_type", json.get("_type"), TYPE);
    requireText("predicateType", json.get("predicateType"), type.uri());
    if (!(json.get("predicate") instanceof ObjectNode predicate)) {
      throw Malformed.field("predicate", kind(json.get("predicate")), "is an object");
    }
    PredicateSchemas.validate(type, predicate);
    JsonNode subject = onlySubject(json.get("subject"));
    return new Statement(
        Fields.parsed("subject[0].name", subject.get("name").textValue(), ReleaseId::parse),
        Fields.parsed(
            "subject[0].digest.sha256",
            subject.get("digest").get("sha256").textValue(),
            Digest::new),
        type,
        predicate);
  }

  /** Whether a payload says that it is of this type; proves nothing. */
  static boolean claims(byte[] payload, PredicateType type) {
    JsonNode claimed = StrictJson.object("statement", payload).get("predicateType");
    return claimed != null && type.uri().equals(claimed.asText());
  }

  /** The canonical bytes of this statement. */
  byte[] bytes() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_type", TYPE);
    json.putArray("subject")
        .addObject()
        .put("name", release.toString())
        .putObject("digest")
        .put("sha256", releaseDigest.hex());
    json.put("predicateType", type.uri());
    json.set("predicate", predicate);
    return CanonicalJson.bytes(json);
  }

  private static JsonNode onlySubject(JsonNode list) {
    if (list == null
        || !list.isArray()
        || list.size() != 1
        || !(list.get(0) instanceof ObjectNode subject)) {
      throw Malformed.field(
          "subject",
          list != null && list.isArray() ? list.size() + " items" : kind(list),
          "is an array of one object");
    }
    StrictJson.requireExactly("subject[0]", subject, Set.of("name", "digest"));
    if (!(subject.get("digest") instanceof ObjectNode digest)) {
      throw Malformed.field("subject[0].digest", kind(subject.get("digest")), "is an object");
    }
    StrictJson.requireExactly("subject[0].digest", digest, Set.of("sha256"));
    requireText("subject[0].name", subject.get("name"));
    requireText("subject[0].digest.sha256", digest.get("sha256"));
    return subject;
  }

  /** What has no canonical form means different things to different readers. */
  private static void requireCanonical(ObjectNode json) {
    try {
      CanonicalJson.bytes(json);
    } catch (IllegalArgumentException e) {
      throw Malformed.unreadable("statement: " + e.getMessage());
    }
  }

  private static void requireText(String field, JsonNode value, String allowed) {
    requireText(field, value);
    if (!value.textValue().equals(allowed)) {
      throw Malformed.field(field, Malformed.shown(value.textValue()), "is " + allowed);
    }
  }

  private static void requireText(String field, JsonNode value) {
    if (value == null || !value.isTextual()) {
      throw Malformed.field(field, kind(value), "is a text");
    }
  }

  private static String kind(JsonNode value) {
    return value == null ? "nothing" : StrictJson.kind(value);
  }
}
