package io.countersign.activities.check.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Settings;
import java.math.BigDecimal;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How sure a proportion must be.
 *
 * @param level two-sided, as it was written
 * @param z its quantile of the normal distribution
 * @param proportions which metrics are shares of cases, and of which cases
 * @param boundHolds whether thresholds are held against the bounds of the interval, or against the
 *     value with a note
 */
record Confidence(
    BigDecimal level, BigDecimal z, SortedMap<String, Cases> proportions, boolean boundHolds) {
  /** Two-sided levels with their quantiles; others are refused. */
  private static final SortedMap<BigDecimal, BigDecimal> LEVELS =
      new TreeMap<>(
          Map.of(
              new BigDecimal("0.9"), new BigDecimal("1.6448536269514722"),
              new BigDecimal("0.95"), new BigDecimal("1.959963984540054"),
              new BigDecimal("0.99"), new BigDecimal("2.5758293035489004")));

  /** What a proportion is the share of. */
  enum Cases {
    /** Of all that were measured, as accuracy is. */
    ALL("sampleSize"),
    /** Of a part that the report counts by itself, as recall is of the cases that are positive. */
    COUNTED("sampleSizes");

    private final String word;

    Cases(String word) {
      this.word = word;
    }
  }

  static @Nullable Confidence of(Settings settings, @Nullable JsonNode json) {
    if (json == null) {
      return null;
    }
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals("level")
                  && !name.equals("proportions")
                  && !name.equals("thresholds")) {
                throw settings.refused(
                    "confidence." + name, "one of [level, proportions, thresholds]");
              }
            });
    BigDecimal level = settings.number("confidence.level", json.path("level")).stripTrailingZeros();
    BigDecimal z = LEVELS.get(level);
    if (z == null) {
      throw settings.refused("confidence.level", "one of " + LEVELS.keySet());
    }
    String thresholds = json.path("thresholds").asText("bound");
    if (!thresholds.equals("bound") && !thresholds.equals("value")) {
      throw settings.refused("confidence.thresholds", "one of [bound, value]");
    }
    return new Confidence(
        level, z, proportions(settings, json.path("proportions")), thresholds.equals("bound"));
  }

  private static SortedMap<String, Cases> proportions(Settings settings, JsonNode json) {
    SortedMap<String, Cases> proportions = new TreeMap<>();
    for (Map.Entry<String, JsonNode> metric : json.properties()) {
      String field = "confidence.proportions." + metric.getKey();
      Thresholds.requireMetric(settings, field, metric.getKey());
      proportions.put(metric.getKey(), cases(settings, field, metric.getValue().asText()));
    }
    if (proportions.isEmpty()) {
      throw settings.refused("confidence.proportions", "metrics that are shares of cases");
    }
    return proportions;
  }

  private static Cases cases(Settings settings, String field, String word) {
    for (Cases cases : Cases.values()) {
      if (cases.word.equals(word)) {
        return cases;
      }
    }
    throw settings.refused(field, "one of [sampleSize, sampleSizes]");
  }

  /** For people: the level as percent. */
  String percent() {
    return level.movePointRight(2).stripTrailingZeros().toPlainString() + " %";
  }
}
