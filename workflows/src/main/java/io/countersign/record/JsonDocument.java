package io.countersign.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.erdtman.jcs.JsonCanonicalizer;
import org.erdtman.jcs.NumberToJSON;

/**
 * A JSON object in canonical form (RFC 8785), so that two documents that say the same are equal,
 * here and in the store.
 *
 * <p>Refused: anything but one object, duplicate names, nesting deeper than 100, U+0000 and lone
 * surrogates (neither survives storage) and numbers that a double does not hold.
 */
public record JsonDocument(String text) {
  private static final int MAX_DEPTH = 100;
  private static final int DECIMAL_DIGITS = 17;
  private static final double LARGEST_EXACT_INTEGER = (1L << 53) - 1;
  private static final JsonMapper STRICT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  public JsonDocument {
    text = canonical(text);
  }

  /** Length of the canonical form in UTF-8 bytes: what limits count. */
  public int size() {
    return bytes().length;
  }

  /** SHA-256 of the canonical form. */
  public Digest digest() {
    return Digest.of(bytes());
  }

  @Override
  public String toString() {
    return text;
  }

  private byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String canonical(String text) {
    try {
      JsonNode tree = STRICT.readTree(text);
      if (!tree.isObject()) {
        throw new IllegalArgumentException("json: one object is allowed, nothing else");
      }
      requireStorable(tree);
      return new JsonCanonicalizer(text).getEncodedString();
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the document, which must not travel.
      throw new IllegalArgumentException("json: not a well-formed object of moderate depth");
    } catch (IOException e) {
      throw new IllegalArgumentException("json: has no canonical form");
    }
  }

  private static void requireStorable(JsonNode node) throws IOException {
    if (node.isTextual()) {
      requireStorable(node.textValue());
    } else if (node.isNumber()) {
      requireExact(node.decimalValue());
    } else {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        requireStorable(field.getKey());
      }
      for (JsonNode child : node) {
        requireStorable(child);
      }
    }
  }

  private static void requireStorable(String value) {
    boolean half =
        value.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE);
    if (half || value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("json: U+0000 and lone surrogates are not allowed");
    }
  }

  /**
   * Looser than {@link CanonicalJson}: the store writes 1e+21 as a whole number, and it must still
   * be read.
   */
  private static void requireExact(BigDecimal number) throws IOException {
    double kept = number.doubleValue();
    boolean exact =
        Double.isFinite(kept)
            && (kept != 0 || number.signum() == 0)
            && number.stripTrailingZeros().precision() <= DECIMAL_DIGITS
            && (Math.abs(kept) <= LARGEST_EXACT_INTEGER
                || new BigDecimal(NumberToJSON.serializeNumber(kept)).compareTo(number) == 0);
    if (!exact) {
      throw new IllegalArgumentException("json: a number has more digits than a double holds");
    }
  }
}
