package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.release.Dossiers;
import io.countersign.record.EntryHash;
import io.countersign.record.Seal;
import io.countersign.release.Digest;
import java.time.Instant;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes typed values out of the gate's statements. Anything amiss is an IllegalArgumentException or
 * a DateTimeException.
 */
final class Json {
  private Json() {}

  static JsonNode object(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    if (!value.isObject()) {
      throw new IllegalArgumentException(field + ": an object is missing");
    }
    return value;
  }

  static JsonNode list(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    if (!value.isArray()) {
      throw new IllegalArgumentException(field + ": a list is missing");
    }
    return value;
  }

  static String text(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + ": a text is missing");
    }
    return value.textValue();
  }

  static long number(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException(field + ": a whole number is missing");
    }
    return value.longValue();
  }

  static Digest hex(JsonNode parent, String field) {
    return new Digest(text(parent, field));
  }

  /** A time in the one form in which it is hashed. */
  static Instant hashedTime(JsonNode parent, String field) {
    String text = text(parent, field);
    Instant at = Instant.parse(text);
    if (!EntryHash.time(at).equals(text)) {
      throw new IllegalArgumentException(field + ": a time has six decimals and is in UTC");
    }
    return at;
  }

  static void only(JsonNode object, String... allowed) {
    Set<String> names = new TreeSet<>(Set.of(allowed));
    for (Iterator<String> fields = object.fieldNames(); fields.hasNext(); ) {
      String field = fields.next();
      if (!names.contains(field)) {
        throw new IllegalArgumentException("a field is not known");
      }
    }
  }

  static Seal seal(JsonNode node) {
    only(node, "number", "release", "from", "to", "head", "previous", "hash");
    return new Seal(
        number(node, "number"),
        hex(node, "release"),
        number(node, "from"),
        number(node, "to"),
        hex(node, "head"),
        hex(node, "previous"),
        hex(node, "hash"));
  }

  /** Whether two trees say the same (RFC 8785), whatever the kind of their numbers in memory. */
  static boolean same(JsonNode one, JsonNode other) {
    return one.equals(other) || Dossiers.document(one).equals(Dossiers.document(other));
  }
}
