package io.countersign.activities.scope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the part of HCL 1 that policies are written in: attributes, blocks with labels, strings,
 * here-documents, whole numbers, booleans, lists, objects, comments. Refused, never skipped:
 * everything else, interpolation and repeated attributes included.
 *
 * <p>General HCL libraries evaluate functions and interpolation, keep the last of two equal blocks,
 * or skip what they do not know; in a policy each of these would hide a right from the people who
 * sign it.
 */
final class HclReader {
  private static final int DEPTH_LIMIT = 8;

  /**
   * A block: {@code type "label" { … }}.
   *
   * @param attributes what stands in it
   */
  record Block(String type, String label, int line, ObjectNode attributes) {}

  /** Blocks and attributes at the top. */
  record Document(List<Block> blocks, ObjectNode attributes) {}

  private final HclTokens tokens;

  private HclReader(String text) {
    this.tokens = new HclTokens(text);
  }

  /** Reads a document; an {@link IllegalArgumentException} says where and what was refused. */
  static Document read(String text) {
    return new HclReader(text).document();
  }

  private Document document() {
    List<Block> blocks = new ArrayList<>();
    ObjectNode attributes = JsonNodeFactory.instance.objectNode();
    while (!tokens.atEnd()) {
      int line = tokens.line();
      String name = tokens.name();
      if (tokens.takeIf('=')) {
        put(attributes, name, value(1));
      } else {
        String label = tokens.string();
        tokens.take('{');
        blocks.add(new Block(name, label, line, body()));
      }
    }
    return new Document(blocks, attributes);
  }

  private ObjectNode body() {
    ObjectNode attributes = JsonNodeFactory.instance.objectNode();
    while (!tokens.takeIf('}')) {
      String name = tokens.name();
      if (tokens.takeIf('{')) {
        put(attributes, name, object(2));
      } else {
        tokens.take('=');
        put(attributes, name, value(2));
      }
    }
    return attributes;
  }

  private void put(ObjectNode attributes, String name, JsonNode value) {
    if (attributes.has(name)) {
      throw tokens.refused("an attribute a second time", "each once");
    }
    attributes.set(name, value);
  }

  private JsonNode value(int depth) {
    if (depth > DEPTH_LIMIT) {
      throw tokens.refused("too many levels", "at most " + DEPTH_LIMIT);
    }
    if (tokens.takeIf('[')) {
      return list(depth);
    }
    if (tokens.takeIf('{')) {
      return object(depth);
    }
    return tokens.scalar();
  }

  private ArrayNode list(int depth) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    while (!tokens.takeIf(']')) {
      list.add(value(depth + 1));
      if (!tokens.takeIf(',')) {
        tokens.take(']');
        break;
      }
    }
    return list;
  }

  private ObjectNode object(int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    while (!tokens.takeIf('}')) {
      String name = tokens.name();
      if (!tokens.takeIf('=')) {
        tokens.take(':');
      }
      put(object, name, value(depth + 1));
      tokens.takeIf(',');
    }
    return object;
  }
}
