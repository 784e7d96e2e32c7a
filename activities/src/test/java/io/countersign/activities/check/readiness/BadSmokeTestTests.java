package io.countersign.activities.check.readiness;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.check.BadInputs;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reports that are broken, hostile or about something else, each in one place. */
class BadSmokeTestTests {
  private static final BadInputs FOLDER = new BadInputs("deployment-readiness");
  private static final String UNREADABLE = "unreadable-smoke-test";
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          entry("test-failed.xml", "failed-tests"),
          entry("test-in-error.xml", "failed-tests"),
          entry("failure-and-skipped.xml", "failed-tests"),
          entry("failure-that-the-sums-hide.xml", UNREADABLE),
          entry("sums-of-tests-that-are-not-there.xml", UNREADABLE),
          entry("all-skipped.xml", "too-few-tests"),
          entry("no-tests.xml", "too-few-tests"),
          entry("test-that-holds-a-test.xml", UNREADABLE),
          entry("failure-outside-of-tests.xml", UNREADABLE),
          entry("tests-that-did-not-run.xml", "too-few-tests"),
          entry("two-images.xml", UNREADABLE),
          entry("properties-of-a-test.xml", "other-image"),
          entry("external-entity.xml", UNREADABLE),
          entry("external-dtd.xml", UNREADABLE),
          entry("billion-laughs.xml", UNREADABLE),
          entry("undeclared-entity.xml", UNREADABLE),
          entry("truncated.xml", UNREADABLE),
          entry("nested-too-deep.xml", UNREADABLE),
          entry("other-root.xml", UNREADABLE),
          entry("two-roots.xml", UNREADABLE),
          entry("other-image.json", "other-image"),
          entry("image-by-tag.json", "other-image"),
          entry("other-model.json", "other-model"),
          entry("model-missing.json", "other-model"),
          entry("failed.json", "failed-tests"),
          entry("error.json", "failed-tests"),
          entry("outcome-unknown.json", UNREADABLE),
          entry("outcome-missing.json", UNREADABLE),
          entry("all-skipped.json", "too-few-tests"),
          entry("no-tests.json", "too-few-tests"),
          entry("tests-missing.json", UNREADABLE),
          entry("schema-missing.json", UNREADABLE),
          entry("image-twice.json", UNREADABLE),
          entry("truncated.json", UNREADABLE),
          entry("nested-too-deep.json", UNREADABLE),
          entry("empty.json", UNREADABLE),
          entry("text.json", UNREADABLE));

  static Stream<Map.Entry<String, String>> expected() {
    return new TreeMap<>(EXPECTED).entrySet().stream();
  }

  @Test
  void everyFileHasAnExpectation() {
    assertThat(FOLDER.names()).isEqualTo(EXPECTED.keySet());
  }

  @ParameterizedTest
  @MethodSource("expected")
  void aBadReportFails(Map.Entry<String, String> defect) {
    CheckResult result = new ReadinessScene().report(FOLDER.text(defect.getKey())).run();
    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings()).extracting(Finding::id).contains(defect.getValue());
  }

  @Test
  void aReportOfEndlessElementsFails() {
    String endless =
        ReadinessScene.SOUND
            .text("pytest.xml")
            .replace("</testsuite>", "<system-out/>".repeat(100_000) + "</testsuite>");
    assertThat(new ReadinessScene().report(endless).findings()).containsExactly(UNREADABLE);
  }
}
