package io.countersign.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.tries.Tries;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTests {
  private static final JsonMapper DOUBLES = JsonMapper.builder().build();
  private static final JsonMapper DECIMALS =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** The example of RFC 8785, section 3.2.2. */
  @Test
  void writesTheExampleOfTheStandard() throws JsonProcessingException {
    String json =
        """
        {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
         "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
         "literals": [null, true, false]}
        """;
    assertThat(text(DOUBLES.readTree(json)))
        .isEqualTo(
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  /** The order of section 3.2.3 is by UTF-16 units, not by code points. */
  @Test
  void sortsKeysByUtf16Units() throws JsonProcessingException {
    String json = "{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"\\r\":3,\"1\":4,\"\\u00f6\":5}";
    assertThat(text(DOUBLES.readTree(json)))
        .isEqualTo("{\"\\r\":3,\"1\":4,\"ö\":5,\"😀\":2,\"\ufb33\":1}");
  }

  @Test
  void writesMinusZeroAsZero() {
    assertThat(text(JsonNodeFactory.instance.arrayNode().add(-0.0))).isEqualTo("[0]");
  }

  @Test
  void equalTreesHaveEqualDigests() throws JsonProcessingException {
    assertThat(CanonicalJson.digest(DOUBLES.readTree("{\"b\":1.0,\"a\":[ ]}")))
        .isEqualTo(CanonicalJson.digest(DECIMALS.readTree(" {\"a\":[],\"b\":1}")))
        .isEqualTo(Digest.of("{\"a\":[],\"b\":1}".getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[9007199254740992]",
        "[-9007199254740992]",
        "[123456789012345678901234567890]",
        "[0.1000000000000000055511151231257827]",
        "[1e400]",
        "[1e-400]",
        "[\"\\ud800\"]",
        "[\"\\udc00\\ud800\"]",
        "{\"\\ud800\":1}",
        "1",
        "\"text\""
      })
  void refusesWhatTwoReadersCouldUnderstandDifferently(String json) throws JsonProcessingException {
    JsonNode tree = DECIMALS.readTree(json);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CanonicalJson.bytes(tree))
        .withMessageStartingWith("canonical JSON: ");
  }

  @Test
  void refusesValuesOutsideJson() {
    JsonNodeFactory make = JsonNodeFactory.instance;
    for (JsonNode outside :
        List.of(
            make.numberNode(Double.NaN),
            make.numberNode(Double.POSITIVE_INFINITY),
            make.numberNode(Float.NaN),
            make.binaryNode(new byte[1]),
            make.pojoNode(new Object()),
            make.numberNode(new BigDecimal("1E+400")),
            make.numberNode(BigInteger.TWO.pow(53)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CanonicalJson.bytes(make.arrayNode().add(outside)));
    }
  }

  @Test
  void refusesNestingBeyondItsLimit() {
    JsonNode deep = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 200; i++) {
      deep = JsonNodeFactory.instance.arrayNode().add(deep);
    }
    JsonNode tooDeep = deep;
    assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.bytes(tooDeep));
  }

  @Test
  void takesTheLargestExactInteger() {
    assertThat(text(JsonNodeFactory.instance.arrayNode().add(9007199254740991L)))
        .isEqualTo("[9007199254740991]");
  }

  @Test
  void orderOfInsertionDoesNotMatter() {
    Tries.of(300, random -> orderDoesNotMatter(fields(random)));
  }

  private static Map<String, Integer> fields(Random random) {
    Map<String, Integer> fields = new TreeMap<>();
    for (int i = Tries.between(random, 0, 8); i > 0; i--) {
      String name =
          random
              .ints(Tries.between(random, 0, 12), 'A', 'z' + 1)
              .filter(Character::isLetter)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      fields.put(name, Tries.one(random, random.nextInt(), 0, Integer.MIN_VALUE, -1));
    }
    return fields;
  }

  private static void orderDoesNotMatter(Map<String, Integer> fields) {
    ObjectNode forwards = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(fields).forEach(forwards::put);
    ObjectNode backwards = JsonNodeFactory.instance.objectNode();
    Map<String, Integer> reversed = new TreeMap<>(Collections.reverseOrder());
    reversed.putAll(fields);
    reversed.forEach(backwards::put);
    assertThat(CanonicalJson.bytes(forwards)).isEqualTo(CanonicalJson.bytes(backwards));
  }

  @Test
  void canonicalBytesReadBackToThemselves() {
    Tries.of(1000, random -> readsBack(Tries.number(random), random.nextLong()));
  }

  private static void readsBack(double number, long integer) throws Exception {
    long exact = integer % (1L << 53);
    if (!Double.isFinite(number)) {
      return;
    }
    byte[] once = CanonicalJson.bytes(JsonNodeFactory.instance.arrayNode().add(exact).add(number));
    JsonNode again = DOUBLES.readTree(once);
    assertThat(again.get(0).longValue()).isEqualTo(exact);
    assertThat(again.get(1).doubleValue()).isEqualTo(number == 0 ? 0.0 : number);
  }

  private static String text(JsonNode json) {
    return new String(CanonicalJson.bytes(json), StandardCharsets.UTF_8);
  }
}
