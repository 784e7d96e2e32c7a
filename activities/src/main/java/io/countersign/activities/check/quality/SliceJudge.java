package io.countersign.activities.check.quality;

import io.countersign.activities.check.CheckFindings;
import io.countersign.check.Severity;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Holds the slices of one dimension to their rules, each by itself and against one another. */
record SliceJudge(String dimension, SliceRules rules, MetricJudge metrics, CheckFindings found) {
  void judge(MetricsReport report) {
    List<String> reported = report.slices(dimension);
    for (String slice : reported) {
      if (!rules.values().contains(slice)) {
        found.fail(
            "unlisted-slice",
            Severity.HIGH,
            dimension + ": found the slice " + slice + ", listed are " + rules.values(),
            "slices." + dimension);
      }
    }
    Map<String, Map<String, BigDecimal>> values = new LinkedHashMap<>();
    BigDecimal sum = BigDecimal.ZERO;
    for (String slice : rules.values()) {
      if (!reported.contains(slice)) {
        found.fail(
            "no-slice",
            Severity.HIGH,
            dimension + ": the slice " + slice + " is missing",
            "slices." + dimension);
        continue;
      }
      Figures figures = report.slice(dimension, slice);
      sum = sum.add(size(slice, figures));
      for (String metric : rules.metricNames()) {
        BigDecimal value = metrics.judge(figures, metric, rules.thresholds(slice, metric));
        if (value != null) {
          values.computeIfAbsent(metric, none -> new LinkedHashMap<>()).put(slice, value);
        }
      }
    }
    BigDecimal whole = report.whole().sampleSize();
    if (!rules.overlapping() && whole != null && whole.compareTo(sum) != 0) {
      found.fail(
          "slices-do-not-add-up",
          Severity.HIGH,
          dimension
              + ": the slices hold "
              + sum.toPlainString()
              + " cases, the sample holds "
              + whole.toPlainString(),
          "slices." + dimension);
    }
    values.forEach(this::gap);
  }

  private BigDecimal size(String slice, Figures figures) {
    BigDecimal size = figures.sampleSize();
    BigDecimal least = rules.minSampleSize();
    String where = figures.spot().where("sampleSize");
    if (size == null) {
      found.fail(
          "no-sample-size",
          Severity.HIGH,
          dimension + " " + slice + ": sampleSize is not a whole number above zero",
          where);
      return BigDecimal.ZERO;
    }
    found.measure(figures.spot().sizeMeasurement(), size.toPlainString());
    if (least != null && size.compareTo(least) < 0) {
      found.fail(
          "small-sample",
          Severity.HIGH,
          dimension
              + " "
              + slice
              + ": sampleSize is "
              + size.toPlainString()
              + ", allowed is at least "
              + least.toPlainString(),
          where);
    }
    return size;
  }

  private void gap(String metric, Map<String, BigDecimal> values) {
    BigDecimal most = rules.maxGap().get(metric);
    if (most == null || values.size() < 2) {
      return;
    }
    Comparator<Map.Entry<String, BigDecimal>> byValue = Map.Entry.comparingByValue();
    Map.Entry<String, BigDecimal> worst = values.entrySet().stream().min(byValue).orElseThrow();
    Map.Entry<String, BigDecimal> best = values.entrySet().stream().max(byValue).orElseThrow();
    BigDecimal gap = best.getValue().subtract(worst.getValue());
    found.measure("gap." + dimension + "." + metric, gap.toPlainString());
    if (gap.compareTo(most) > 0) {
      found.fail(
          "slice-gap",
          Severity.HIGH,
          metric
              + " is "
              + best.getValue().toPlainString()
              + " in "
              + dimension
              + " "
              + best.getKey()
              + " and "
              + worst.getValue().toPlainString()
              + " in "
              + worst.getKey()
              + ", allowed is a gap of "
              + most.toPlainString(),
          "slices." + dimension);
    }
  }
}
