package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.release.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Takes typed values out of a predicate that its schema accepted. */
final class Fields {
  private final JsonNode predicate;

  Fields(JsonNode predicate) {
    this.predicate = predicate;
  }

  String text(String name) {
    return predicate.get(name).textValue();
  }

  boolean has(String name) {
    return predicate.has(name);
  }

  <T> T parsed(String name, Function<String, T> parser) {
    return parsed("predicate." + name, text(name), parser);
  }

  /** A list of digests; none where the field is missing. */
  List<Digest> digests(String name) {
    List<Digest> digests = new ArrayList<>();
    predicate
        .path(name)
        .forEach(one -> digests.add(parsed("predicate." + name, one.textValue(), Digest::parse)));
    return digests;
  }

  /** The schema holds the form to UTC; this holds it to the calendar. */
  Instant instant(String name) {
    try {
      return Instant.parse(text(name));
    } catch (DateTimeException e) {
      throw Malformed.field(
          "predicate." + name,
          Malformed.shown(text(name)),
          "is a time of RFC 3339 in UTC, for example 2026-11-23T05:00:00Z");
    }
  }

  static <T> T parsed(String field, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw Malformed.field(field, Malformed.shown(text), "is what this says: " + e.getMessage());
    }
  }
}
