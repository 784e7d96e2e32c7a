package io.countersign.activities.check.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Settings;
import java.math.BigDecimal;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The settings of {@link ModelQuality}. */
record QualityRules(
    @Nullable BigDecimal minSampleSize,
    SortedMap<String, Thresholds> metrics,
    @Nullable Confidence confidence,
    SortedMap<String, SliceRules> slices) {
  /** What a result can list with room to spare: a metric is measured four times at most. */
  private static final int MOST_METRICS = 60;

  static QualityRules of(Settings settings) {
    QualityRules rules =
        new QualityRules(
            settings.number("minSampleSize"),
            Thresholds.all(settings, "metrics", settings.required("metrics")),
            Confidence.of(settings, optional(settings, "confidence")),
            SliceRules.all(settings, optional(settings, "slices")));
    int count = rules.metrics.size();
    for (SliceRules slice : rules.slices.values()) {
      count += slice.values().size() * slice.metricNames().size();
    }
    if (count > MOST_METRICS) {
      throw settings.refused("slices", "at most " + MOST_METRICS + " metrics over all slices");
    }
    return rules;
  }

  private static @Nullable JsonNode optional(Settings settings, String name) {
    return settings.has(name) ? settings.required(name) : null;
  }
}
