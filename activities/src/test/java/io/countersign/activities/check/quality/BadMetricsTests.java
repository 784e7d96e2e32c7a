package io.countersign.activities.check.quality;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.check.BadInputs;
import io.countersign.activities.check.Contexts;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reports that are broken or lie, each in one place. */
class BadMetricsTests {
  private static final BadInputs FOLDER = new BadInputs("model-quality");
  private static final TreeMap<String, String> EXPECTED =
      new TreeMap<>(
          Map.ofEntries(
              entry("nan.json", "unreadable-metrics"),
              entry("infinity.json", "unreadable-metrics"),
              entry("number-out-of-range.json", "no-metric"),
              entry("number-as-text.json", "no-metric"),
              entry("metric-twice.json", "unreadable-metrics"),
              entry("slice-twice.json", "unreadable-metrics"),
              entry("metric-missing.json", "no-metric"),
              entry("metric-null.json", "no-metric"),
              entry("not-an-object.json", "unreadable-metrics"),
              entry("two-documents.json", "unreadable-metrics"),
              entry("truncated.json", "unreadable-metrics"),
              entry("empty.json", "unreadable-metrics"),
              entry("nested-too-deep.json", "unreadable-metrics"),
              entry("other-model.json", "other-model"),
              entry("other-dataset.json", "other-dataset"),
              entry("no-makers.json", "no-makers"),
              entry("sample-size-zero.json", "no-sample-size"),
              entry("part-larger-than-the-sample.json", "no-sample-size"),
              entry("part-not-counted.json", "no-sample-size"),
              entry("share-above-one.json", "not-a-proportion"),
              entry("share-of-half-a-case.json", "not-a-proportion"),
              entry("bound-below-the-threshold.json", "low-not-excluded"),
              entry("slice-missing.json", "no-slice"),
              entry("slices-missing.json", "no-slice"),
              entry("slice-nobody-listed.json", "unlisted-slice"),
              entry("slices-that-hide-cases.json", "slices-do-not-add-up"),
              entry("slice-without-size.json", "no-sample-size"),
              entry("slice-below-its-threshold.json", "too-low"),
              entry("slice-nan.json", "unreadable-metrics"),
              entry("slices-far-apart.json", "slice-gap")));

  static Stream<Map.Entry<String, String>> expected() {
    return EXPECTED.entrySet().stream();
  }

  @Test
  void everyFileHasAnExpectation() {
    assertThat(FOLDER.names()).isEqualTo(EXPECTED.keySet());
  }

  @ParameterizedTest
  @MethodSource("expected")
  void aBadReportFails(Map.Entry<String, String> defect) {
    Contexts release = new Contexts();
    release.with = SlicesTests.RULES;
    release.metrics = FOLDER.text(defect.getKey());
    CheckResult result = release.run(new ModelQuality());
    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings()).extracting(Finding::id).contains(defect.getValue());
  }
}
