package io.countersign.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activity.GateJson;
import io.temporal.api.common.v1.Payload;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What version 0.1 wrote into histories is read and written alike by every later version. */
class PayloadTests {
  private static final ObjectMapper JSON = GateJson.mapper();

  static Stream<String> names() {
    return PayloadSamples.all().keySet().stream();
  }

  private static JsonNode golden(String name) throws Exception {
    try (InputStream in =
        Objects.requireNonNull(
            PayloadTests.class.getResourceAsStream("/payloads/0.1/" + name + ".json"), name)) {
      return JSON.readTree(in);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void writesWhatWasWritten(String name) throws Exception {
    assertThat(JSON.<JsonNode>valueToTree(PayloadSamples.all().get(name))).isEqualTo(golden(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsWhatWasWrittenAndWhatALaterVersionAdds(String name) throws Exception {
    Class<?> type = PayloadSamples.all().get(name).getClass();
    ObjectNode more = golden(name).deepCopy();
    more.putObject("addedLater").put("by", "a newer version");
    assertThat(JSON.<JsonNode>valueToTree(JSON.treeToValue(more, type))).isEqualTo(golden(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void crossesTheConverter(String name) throws Exception {
    Object sample = PayloadSamples.all().get(name);
    Payload payload = GateJson.converter().toPayload(sample).orElseThrow();
    Object read = GateJson.converter().fromPayload(payload, sample.getClass(), sample.getClass());
    assertThat(JSON.<JsonNode>valueToTree(read)).isEqualTo(golden(name));
  }

  @Test
  void whatIsCarriedIntoTheNextRunIsEverythingThatIsRemembered() throws Exception {
    ObjectNode carried = golden("GateInput").path("carried").deepCopy();
    JsonNode later = JSON.valueToTree(PayloadSamples.later());
    assertThat(JSON.<JsonNode>valueToTree(JSON.treeToValue(later, Memory.class))).isEqualTo(later);
    later.fieldNames().forEachRemaining(name -> carried.set(name, later.get(name)));
    for (Field field : Memory.class.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        assertThat(carried.has(field.getName())).as(field.getName()).isTrue();
      }
    }
  }
}
