package io.countersign.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTests {
  @Test
  void isEqualToWhatSaysTheSame() {
    JsonDocument one = new JsonDocument("{ \"b\": 1.50, \"a\": [\"\\u00e9\", null] }");
    assertThat(one).isEqualTo(new JsonDocument("{\"a\":[\"é\",null],\"b\":15e-1}"));
    assertThat(one.text()).isEqualTo("{\"a\":[\"é\",null],\"b\":1.5}");
    byte[] bytes = one.text().getBytes(StandardCharsets.UTF_8);
    assertThat(one.size()).isEqualTo(bytes.length);
    assertThat(one.digest()).isEqualTo(Digest.of(bytes));
  }

  @Test
  void readsNumbersInTheFormThatTheStoreWrites() {
    assertThat(new JsonDocument("{\"n\":1000000000000000000000}"))
        .isEqualTo(new JsonDocument("{\"n\":1e21}"));
    assertThat(new JsonDocument("{\"n\":0.000000000000056843418860808015}"))
        .isEqualTo(new JsonDocument("{\"n\":5.684341886080802e-14}"));
    assertThat(new JsonDocument("{\"n\":100000000000000000000000}").text())
        .isEqualTo("{\"n\":1e+23}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "1",
        "{",
        "{} {}",
        "{\"a\":1,\"a\":2}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":1e400}",
        "{\"a\":1e-400}",
        "{\"a\":9007199254740993}",
        "{\"a\":12345678901234567890}",
        "{\"a\":0.1234567890123456789}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\\u0000\":1}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":[{\"\\udc00\":1}]}"
      })
  void refusesWhatTwoReadersCouldUnderstandDifferently(String text) {
    assertThatThrownBy(() -> new JsonDocument(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesDeepNestingWithoutOverflow() {
    String deep = "{\"a\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}";
    assertThatThrownBy(() -> new JsonDocument(deep)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void quotesNothingOfARefusedDocument() {
    assertThatThrownBy(() -> new JsonDocument("{\"password\": hunter2}"))
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }
}
