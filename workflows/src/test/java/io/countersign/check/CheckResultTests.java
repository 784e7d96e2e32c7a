package io.countersign.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.release.Digest;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckResultTests {
  private static final Finding FINDING = new Finding("too-low", Severity.HIGH, "auc is 0.8", null);

  @Test
  void comesBackFromJsonAsItWas() throws Exception {
    TreeMap<String, String> measured = new TreeMap<>();
    measured.put("auc", "0.80");
    CheckResult result =
        new CheckResult(
            "mlops.model-quality",
            CheckOutcome.FAIL,
            List.of(FINDING),
            measured,
            List.of("b@example.com", "a@example.com", "b@example.com"),
            List.of(new Evidence("reports/metrics.json", Digest.of(new byte[0]))));
    ObjectMapper json = new ObjectMapper();
    CheckResult read = json.readValue(json.writeValueAsString(result), CheckResult.class);
    assertThat(read).isEqualTo(result);
    assertThat(read.contributors()).containsExactly("a@example.com", "b@example.com");
  }

  @Test
  void refusesAFailureWithoutAFinding() {
    assertThatThrownBy(
            () ->
                new CheckResult(
                    "risk.x", CheckOutcome.FAIL, List.of(), new TreeMap<>(), List.of(), List.of()))
        .hasMessageContaining("must name a finding");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "legal.review",
        "mlops.",
        "mlops.A",
        "mlops.a.b",
        "mlops.-a",
        "mlops.a\n"
      })
  void refusesANameThatIsNoCheck(String name) {
    assertThatThrownBy(() -> CheckResult.requireName(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "line\nbreak", "\u001b[2J", "\u202egnol", "\u200b"})
  void refusesTextThatHidesOrReorders(String text) {
    assertThatThrownBy(() -> new Finding("id", Severity.LOW, text, null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
