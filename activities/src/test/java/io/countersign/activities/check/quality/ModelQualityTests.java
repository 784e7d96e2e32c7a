package io.countersign.activities.check.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.Contexts;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One number against its thresholds and its predecessor's. */
class ModelQualityTests {
  private static final String QUALITY =
      "{\"minSampleSize\": 200, \"metrics\": {\"auc\": {\"min\": 0.9, \"maxDrop\": 0.01}, \"latency\":"
          + " {\"max\": 50, \"maxRise\": 5}}}";

  private final Contexts release = new Contexts();

  @Test
  void qualityPassesAndNamesTheMakers() {
    release.with = QUALITY;
    CheckResult result = release.run(new ModelQuality());
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.contributors()).containsExactly("dana@example.com");
    assertThat(result.measurements()).containsEntry("metric.auc", "0.93");
  }

  @ParameterizedTest
  @CsvSource({
    "0.93, 0.89, too-low",
    "0.93, '\"0.95\"', no-metric",
    "0.93, null, no-metric",
    "0.93, NaN, unreadable-metrics",
    "0.93, Infinity, unreadable-metrics",
    "0.93, 1e400, no-metric",
    "0.93, 1e999999999, no-metric",
    "'\"auc\": 0.93,', '', no-metric",
    "'\"auc\": 0.93,', '\"auc\": 0.1, \"auc\": 0.95,', unreadable-metrics",
    "'\"latency\": 40', '\"latency\": 51', too-high",
    "250, 199, small-sample",
    "250, 0, no-sample-size",
    "250, 250.5, no-sample-size",
    "MODEL, sha256:00, other-model",
    "DATASET, MODEL, other-dataset",
    "'[\"dana@example.com\"]', '[]', no-makers",
    "'[\"dana@example.com\"]', '[1]', no-makers",
    "'[\"dana@example.com\"]', '[\"a\\nb\"]', no-makers",
    "trainedBy, makers, no-makers"
  })
  void qualityFails(String good, String bad, String finding) {
    release.with = QUALITY;
    assertThat(release.metrics).contains(good);
    release.metrics = release.metrics.replace(good, bad);
    assertThat(release.findings(new ModelQuality())).contains(finding);
    assertThat(release.run(new ModelQuality()).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @ParameterizedTest
  @CsvSource({
    "0.93, 40, PASS, ''",
    "0.94, 40, PASS, ''",
    "0.941, 40, FAIL, dropped",
    "0.93, 34, FAIL, rose",
    "many, 40, PASS, unsigned-baseline"
  })
  void qualityComparesWithWhatWasMeasuredBefore(
      String auc, String latency, CheckOutcome outcome, String finding) {
    release.with = QUALITY;
    release.predecessor = release.release.replace("version: \"2\"", "version: \"1\"");
    release.measured = new TreeMap<>(Map.of("metric.auc", auc, "metric.latency", latency));
    assertThat(release.run(new ModelQuality()).outcome()).isEqualTo(outcome);
    assertThat(release.findings(new ModelQuality()))
        .isEqualTo(finding.isEmpty() ? List.of() : List.of(finding));
  }

  @Test
  void qualityComparesWithTheReportOfAPredecessorThatWasNotMeasured() {
    release.with = QUALITY;
    release.predecessor = release.release.replace("metrics.json", "old.json");
    String old = Contexts.locked(release.metrics.replace("0.93", "0.95"));
    release.files.put("old.json", old);
    assertThat(release.findings(new ModelQuality()))
        .containsExactlyInAnyOrder("dropped", "unsigned-baseline", "unsigned-baseline");
    for (String other : List.of("{}", old.replace("sha256:", "sha256:0"), "not json")) {
      release.files.put("old.json", other);
      assertThat(release.findings(new ModelQuality()))
          .containsExactly("no-baseline", "no-baseline");
    }
    release.files.remove("old.json");
    assertThatThrownBy(() -> release.run(new ModelQuality()))
        .as("a source that is away")
        .isInstanceOf(GateException.class);
    release.refused = "old.json";
    assertThat(release.findings(new ModelQuality())).containsExactly("no-baseline", "no-baseline");
  }

  @Test
  void qualityRefusesNegativeNumbersWhereOnlyAMaximumIsSet() {
    release.with = QUALITY;
    release.metrics = release.metrics.replace("40", "-40");
    assertThat(release.findings(new ModelQuality())).containsExactly("negative-metric");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"metrics\": {}}",
        "{\"metrics\": {\"auc\": {}}}",
        "{\"metrics\": {\"auc\": {\"maxDrop\": 0.1}}}",
        "{\"metrics\": {\"auc\": {\"min\": \"0.9\"}}}",
        "{\"metrics\": {\"auc\": {\"min\": 0.9, \"mx\": 1}}}",
        "{\"metrics\": [1]}",
        "{\"metrics\": \"auc\"}",
        "{\"metrics\": {\"auc\": {\"min\": 0.9}}, \"relaxed\": true}"
      })
  void qualityRefusesSettingsThatSayNothing(String with) {
    release.with = with;
    unusable(new ModelQuality());
  }

  private void unusable(Check check) {
    assertThatThrownBy(() -> release.run(check))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }
}
