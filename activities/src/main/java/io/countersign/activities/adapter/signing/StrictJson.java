package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.EvidenceLines;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Reads JSON that somebody else wrote so that no second reader can understand it differently: UTF-8
 * only, no byte order mark, every key once, nothing after the end, bounded depth and numbers.
 */
final class StrictJson {
  private static final int DEPTH = 32;

  /** A line of a bundle holds a record's bodies, which may be as deep as the store takes them. */
  private static final int DEPTH_OF_LINES = 128;

  private static final JsonMapper MAPPER = mapper(DEPTH);
  private static final JsonMapper LINES = mapper(DEPTH_OF_LINES);

  private StrictJson() {}

  private static JsonMapper mapper(int depth) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxNumberLength(32)
                        .maxStringLength(EvidenceLines.LIMIT)
                        .build())
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build();
  }

  /**
   * One object and nothing else. Foreign parser messages quote their input, so only the place is
   * kept.
   */
  static ObjectNode object(String what, byte[] utf8) {
    return object(what, utf8, MAPPER, DEPTH);
  }

  /** The same for what stands in a line of a bundle. */
  static ObjectNode ofLine(String what, byte[] utf8) {
    return object(what, utf8, LINES, DEPTH_OF_LINES);
  }

  private static ObjectNode object(String what, byte[] utf8, JsonMapper mapper, int depth) {
    JsonNode read;
    try {
      read = mapper.readTree(text(what, utf8));
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      String where =
          place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
      throw Malformed.field(
          what,
          "no well-formed JSON" + where,
          "is one JSON object with every key once, at most "
              + depth
              + " levels, and nothing after it");
    }
    if (read instanceof ObjectNode object) {
      return object;
    }
    throw Malformed.field(what, kind(read), "is one JSON object");
  }

  /** The kind of a value, for people. */
  static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL -> "null";
      default -> "nothing";
    };
  }

  /** An object must have these fields and no other. */
  static void requireExactly(String what, ObjectNode object, Set<String> allowed) {
    List<String> names = allowed.stream().sorted().toList();
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!allowed.contains(name)) {
                throw Malformed.field(
                    what, "the field " + Malformed.shown(name), "are " + String.join(", ", names));
              }
            });
    for (String name : names) {
      if (!object.has(name)) {
        throw Malformed.field(what, "no field " + name, "is an object with it");
      }
    }
  }

  private static String text(String what, byte[] utf8) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      if (text.startsWith("\uFEFF")) {
        throw Malformed.field(what, "a byte order mark", "is UTF-8 without one");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw Malformed.field(what, "bytes that are not UTF-8", "is UTF-8");
    }
  }
}
