package io.countersign.activities.check.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.check.Contexts;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slices and intervals. */
class SlicesTests {
  static final String RULES =
      """
      {"metrics": {"accuracy": {"min": 0.8}, "recall": {"min": 0.7, "maxDrop": 0.05}},
       "confidence": {"level": 0.95, "proportions": {"accuracy": "sampleSize", "recall": "sampleSizes"}},
       "slices": {"region": {"values": ["north", "south"], "minSampleSize": 50,
         "metrics": {"recall": {"min": 0.7, "maxDrop": 0.05}},
         "except": {"south": {"recall": {"min": 0.6, "maxDrop": 0.05}}}, "maxGap": {"recall": 0.1}}}}
      """;
  private static final String REPORT =
      """
      {"model": {"digest": "MODEL"}, "dataset": {"digest": "DATASET"}, "sampleSize": 200,
       "sampleSizes": {"recall": 80}, "metrics": {"accuracy": 0.9, "recall": 0.85},
       "slices": {"region": {
         "north": {"sampleSize": 120, "sampleSizes": {"recall": 50}, "metrics": {"recall": 0.86}},
         "south": {"sampleSize": 80, "sampleSizes": {"recall": 30}, "metrics": {"recall": 0.8333}}}},
       "trainedBy": ["dana@example.com"]}
      """;

  private final Contexts release = new Contexts();

  @BeforeEach
  void aReportThatHolds() {
    release.with = RULES;
    release.metrics = REPORT;
  }

  @Test
  void everySliceIsMeasured() {
    CheckResult result = release.run(new ModelQuality());
    assertThat(result.findings()).isEmpty();
    assertThat(result.measurements())
        .containsEntry("slice.region.north.recall", "0.86")
        .containsEntry("slice.region.south.sampleSize", "80")
        .containsEntry("gap.region.recall", "0.0267")
        .containsEntry("low.recall", "0.7558")
        .containsEntry("high.recall", "0.9121")
        .containsEntry("low.slice.region.south.recall", "0.6643");
  }

  /** Expected values by statsmodels' proportion_confint(method="wilson"). */
  @ParameterizedTest
  @CsvSource({
    "0, 10, 1.959963984540054, 0.0000, 0.2776",
    "1, 10, 1.959963984540054, 0.7224, 1.0000",
    "0.5, 10, 1.959963984540054, 0.2365, 0.7635",
    "0.85, 80, 1.959963984540054, 0.7558, 0.9121",
    "0.9, 200, 2.5758293035489004, 0.8318, 0.9425",
    "0.5, 1000000, 1.6448536269514722, 0.4991, 0.5009"
  })
  void theIntervalIsWilsons(
      BigDecimal share, BigDecimal cases, BigDecimal z, BigDecimal low, BigDecimal high) {
    assertThat(Interval.wilson(share, cases, z)).isEqualTo(new Interval(low, high));
  }

  @Test
  void theBoundHoldsToTheThresholdOnlyWhereTheTierSaysSo() {
    release.metrics = REPORT.replace("\"recall\": 0.85}", "\"recall\": 0.75}");
    assertThat(release.findings(new ModelQuality())).containsExactly("low-not-excluded");
    assertThat(release.run(new ModelQuality()).outcome()).isEqualTo(CheckOutcome.FAIL);
    release.with = RULES.replace("0.95,", "0.95, \"thresholds\": \"value\",");
    assertThat(release.findings(new ModelQuality())).containsExactly("low-not-excluded");
    assertThat(release.run(new ModelQuality()).outcome()).isEqualTo(CheckOutcome.PASS);
  }

  @Test
  void aMostIsHeldAgainstTheUpperBound() {
    release.with = RULES.replace("{\"min\": 0.8}", "{\"max\": 0.92}");
    assertThat(release.findings(new ModelQuality())).containsExactly("high-not-excluded");
  }

  @Test
  void oneSliceMayHaveThresholdsOfItsOwn() {
    release.with = RULES.replace("{\"min\": 0.6, \"maxDrop\": 0.05}", "{\"min\": 0.7}");
    assertThat(release.findings(new ModelQuality())).containsExactly("low-not-excluded");
  }

  @Test
  void slicesThatOverlapNeedNotAddUp() {
    release.metrics = REPORT.replace("\"sampleSize\": 120", "\"sampleSize\": 150");
    assertThat(release.findings(new ModelQuality())).containsExactly("slices-do-not-add-up");
    release.with = RULES.replace("\"maxGap\"", "\"overlapping\": true, \"maxGap\"");
    assertThat(release.findings(new ModelQuality())).isEmpty();
  }

  @Test
  void aSliceIsComparedWithTheSameSliceOfThePredecessor() {
    release.predecessor = release.release.replace("version: \"2\"", "version: \"1\"");
    release.measured =
        new TreeMap<>(
            Map.of(
                "metric.recall", "0.85",
                "slice.region.north.recall", "0.95",
                "slice.region.south.recall", "0.8"));
    assertThat(release.findings(new ModelQuality())).containsExactly("dropped");
    assertThat(release.run(new ModelQuality()).measurements())
        .containsEntry("change.slice.region.north.recall", "-0.09");
    release.measured.remove("slice.region.south.recall");
    release.predecessor = release.predecessor.replace("evidence: {metrics: metrics.json}", "");
    assertThat(release.findings(new ModelQuality())).contains("no-baseline");
  }

  @Test
  void aSliceThatNoCheckMeasuredIsComparedWithThePredecessorsReport() {
    release.predecessor = release.release.replace("metrics.json", "old.json");
    release.measured = new TreeMap<>(Map.of("metric.recall", "0.85"));
    release.files.put("old.json", Contexts.locked(REPORT));
    assertThat(release.findings(new ModelQuality()))
        .isEqualTo(List.of("unsigned-baseline", "unsigned-baseline"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"level\": 0.95' | '\"level\": 0.8'",
        "'\"level\": 0.95,' | ''",
        "'\"level\"' | '\"sure\": true, \"level\"'",
        "'\"accuracy\": \"sampleSize\", ' | '\"accuracy\": \"all\", '",
        "'{\"accuracy\": \"sampleSize\", \"recall\": \"sampleSizes\"}' | '{}'",
        "'{\"level\"' | '{\"thresholds\": \"none\", \"level\"'",
        "'[\"north\", \"south\"]' | '[\"north\"]'",
        "'[\"north\", \"south\"]' | '[\"north\", \"north\"]'",
        "'[\"north\", \"south\"]' | '[\"north\", \"so.uth\"]'",
        "'\"region\"' | '\"re gion\"'",
        "'{\"south\": {\"recall\"' | '{\"west\": {\"recall\"'",
        "'{\"south\": {\"recall\"' | '{\"south\": {\"auc\"'",
        "'\"maxGap\": {\"recall\": 0.1}' | '\"maxGap\": {\"recall\": \"0.1\"}'",
        "'\"maxGap\"' | '\"overlapping\": \"yes\", \"maxGap\"'",
        "'\"maxGap\"' | '\"gap\"'",
        "'\"minSampleSize\": 50' | '\"minSampleSize\": null'"
      })
  void settingsThatAreNotUnderstoodAreRefused(String good, String bad) {
    assertThat(RULES).contains(good);
    release.with = RULES.replace(good, bad);
    assertThatThrownBy(() -> release.run(new ModelQuality()))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }

  @Test
  void moreSlicesThanAResultCanListAreRefused() {
    StringBuilder values = new StringBuilder("\"s0\"");
    for (int i = 1; i < 59; i++) {
      values.append(", \"s").append(i).append('"');
    }
    release.with =
        RULES
            .replace("[\"north\", \"south\"]", "[" + values + "]")
            .replaceAll("\"except\": .*?}}}, ", "");
    assertThatThrownBy(() -> release.run(new ModelQuality()))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("at most 60 metrics");
  }
}
