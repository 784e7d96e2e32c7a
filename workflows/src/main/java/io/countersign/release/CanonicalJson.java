package io.countersign.release;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.erdtman.jcs.JsonCanonicalizer;

/**
 * JSON in the one form of RFC 8785, so that equal values have equal bytes and digests. What two
 * readers could understand differently is refused: numbers that a double does not hold, halves of
 * surrogate pairs, values outside JSON.
 */
public final class CanonicalJson {
  private static final BigInteger LARGEST_EXACT_INTEGER = BigInteger.valueOf((1L << 53) - 1);
  private static final int DECIMAL_DIGITS = 17;
  private static final int DEPTH_LIMIT = 100;

  private CanonicalJson() {}

  /** The canonical bytes of an object or array. */
  public static byte[] bytes(JsonNode json) {
    if (!json.isContainerNode()) {
      throw refused("found " + json.getNodeType() + ", allowed is an object or an array");
    }
    requireExact(json, 0);
    try {
      return new JsonCanonicalizer(json.toString()).getEncodedUTF8();
    } catch (IOException e) {
      throw new UncheckedIOException("canonical JSON: a checked tree was not accepted", e);
    }
  }

  /** The digest of the canonical bytes. */
  public static Digest digest(JsonNode json) {
    return Digest.of(bytes(json));
  }

  private static void requireExact(JsonNode json, int depth) {
    if (depth > DEPTH_LIMIT) {
      throw refused("found more than " + DEPTH_LIMIT + " levels");
    }
    switch (json.getNodeType()) {
      case OBJECT -> {
        for (Map.Entry<String, JsonNode> field : json.properties()) {
          requireWholeCharacters(field.getKey());
          requireExact(field.getValue(), depth + 1);
        }
      }
      case ARRAY -> json.forEach(item -> requireExact(item, depth + 1));
      case STRING -> requireWholeCharacters(json.textValue());
      case NUMBER -> requireDouble(json);
      case BOOLEAN, NULL -> {}
      default -> throw refused("found " + json.getNodeType() + ", allowed are JSON's own values");
    }
  }

  private static void requireDouble(JsonNode number) {
    if (!Double.isFinite(number.doubleValue())) {
      throw refused("found a number beyond a double");
    }
    if (number.isIntegralNumber()
        && number.bigIntegerValue().abs().compareTo(LARGEST_EXACT_INTEGER) > 0) {
      throw refused("found an integer beyond 2^53 - 1; write it as text");
    }
    if (number.isBigDecimal()) {
      BigDecimal exact = number.decimalValue().stripTrailingZeros();
      if (exact.precision() > DECIMAL_DIGITS
          || (exact.signum() != 0 && number.doubleValue() == 0)) {
        throw refused("found a number with more digits than a double holds; write it as text");
      }
    }
  }

  private static void requireWholeCharacters(String text) {
    boolean half =
        text.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE);
    if (half) {
      throw refused("found half of a surrogate pair");
    }
  }

  private static IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("canonical JSON: " + why);
  }
}
