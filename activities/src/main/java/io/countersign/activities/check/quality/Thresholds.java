package io.countersign.activities.check.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Settings;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one metric must hold to.
 *
 * @param maxDrop most that it may lose against the predecessor
 * @param maxRise most that it may gain against the predecessor
 */
record Thresholds(
    @Nullable BigDecimal min,
    @Nullable BigDecimal max,
    @Nullable BigDecimal maxDrop,
    @Nullable BigDecimal maxRise) {
  private static final Pattern METRIC = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");
  private static final List<String> KINDS = List.of("min", "max", "maxDrop", "maxRise");

  /** The thresholds of every metric under a setting, which must be there and not be empty. */
  static SortedMap<String, Thresholds> all(Settings settings, String name, JsonNode metrics) {
    SortedMap<String, Thresholds> read = new TreeMap<>();
    for (Map.Entry<String, JsonNode> metric : metrics.properties()) {
      String field = name + "." + metric.getKey();
      requireMetric(settings, field, metric.getKey());
      read.put(metric.getKey(), of(settings, field, metric.getValue()));
    }
    if (read.isEmpty()) {
      throw settings.refused(name, "metrics with thresholds");
    }
    return read;
  }

  static void requireMetric(Settings settings, String field, String metric) {
    if (!METRIC.matcher(metric).matches()) {
      throw settings.refused(field, "a name of 1 to 64 of A-Z a-z 0-9 _ . -");
    }
  }

  private static Thresholds of(Settings settings, String field, JsonNode json) {
    json.fieldNames()
        .forEachRemaining(
            kind -> {
              if (!KINDS.contains(kind)) {
                throw settings.refused(field + "." + kind, "one of " + KINDS);
              }
            });
    Thresholds thresholds =
        new Thresholds(
            limit(settings, field, json, "min"),
            limit(settings, field, json, "max"),
            limit(settings, field, json, "maxDrop"),
            limit(settings, field, json, "maxRise"));
    if (thresholds.min == null && thresholds.max == null) {
      throw settings.refused(field, "min or max, or both");
    }
    return thresholds;
  }

  private static @Nullable BigDecimal limit(
      Settings settings, String field, JsonNode json, String kind) {
    return json.has(kind) ? settings.number(field + "." + kind, json.get(kind)) : null;
  }

  boolean comparesWithPredecessor() {
    return maxDrop != null || maxRise != null;
  }
}
