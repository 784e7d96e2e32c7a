package io.countersign.activities.check.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Settings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the slices of one dimension, such as region or age group, must hold to.
 *
 * @param values every slice that there is: one that is missing fails, and so does one that nobody
 *     listed
 * @param metrics thresholds in every slice
 * @param except thresholds that take their place in one slice, by slice and metric
 * @param maxGap most that the best and the worst slice may be apart, by metric
 * @param overlapping whether a case may be in more slices than one; otherwise they must add up to
 *     the whole sample
 */
record SliceRules(
    List<String> values,
    @Nullable BigDecimal minSampleSize,
    SortedMap<String, Thresholds> metrics,
    SortedMap<String, SortedMap<String, Thresholds>> except,
    SortedMap<String, BigDecimal> maxGap,
    boolean overlapping) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,23}");
  private static final String NAMES = "a name of 1 to 24 of A-Z a-z 0-9 _ -";
  private static final List<String> ALLOWED =
      List.of("values", "minSampleSize", "metrics", "except", "maxGap", "overlapping");

  /** The rules of every dimension. */
  static SortedMap<String, SliceRules> all(Settings settings, @Nullable JsonNode json) {
    SortedMap<String, SliceRules> slices = new TreeMap<>();
    if (json == null) {
      return slices;
    }
    for (Map.Entry<String, JsonNode> dimension : json.properties()) {
      String field = "slices." + dimension.getKey();
      if (!NAME.matcher(dimension.getKey()).matches()) {
        throw settings.refused(field, NAMES);
      }
      slices.put(dimension.getKey(), of(settings, field, dimension.getValue()));
    }
    if (slices.isEmpty()) {
      throw settings.refused("slices", "dimensions with rules");
    }
    return slices;
  }

  private static SliceRules of(Settings settings, String field, JsonNode json) {
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!ALLOWED.contains(name)) {
                throw settings.refused(field + "." + name, "one of " + ALLOWED);
              }
            });
    List<String> values = values(settings, field + ".values", json.path("values"));
    SortedMap<String, Thresholds> metrics =
        json.has("metrics")
            ? Thresholds.all(settings, field + ".metrics", json.get("metrics"))
            : new TreeMap<>();
    SortedMap<String, SortedMap<String, Thresholds>> except = new TreeMap<>();
    for (Map.Entry<String, JsonNode> slice : json.path("except").properties()) {
      String name = field + ".except." + slice.getKey();
      if (!values.contains(slice.getKey())) {
        throw settings.refused(name, "one of " + values);
      }
      SortedMap<String, Thresholds> own = Thresholds.all(settings, name, slice.getValue());
      if (!metrics.keySet().containsAll(own.keySet())) {
        throw settings.refused(name, "metrics that " + field + ".metrics has");
      }
      except.put(slice.getKey(), own);
    }
    SortedMap<String, BigDecimal> maxGap = new TreeMap<>();
    for (Map.Entry<String, JsonNode> gap : json.path("maxGap").properties()) {
      String name = field + ".maxGap." + gap.getKey();
      Thresholds.requireMetric(settings, name, gap.getKey());
      maxGap.put(gap.getKey(), settings.number(name, gap.getValue()));
    }
    if (metrics.isEmpty() && maxGap.isEmpty()) {
      throw settings.refused(field, "metrics or maxGap, or both");
    }
    JsonNode overlapping = json.path("overlapping");
    if (!overlapping.isMissingNode() && !overlapping.isBoolean()) {
      throw settings.refused(field + ".overlapping", "true or false");
    }
    return new SliceRules(
        values,
        json.has("minSampleSize")
            ? settings.number(field + ".minSampleSize", json.get("minSampleSize"))
            : null,
        metrics,
        except,
        maxGap,
        overlapping.asBoolean());
  }

  private static List<String> values(Settings settings, String field, JsonNode json) {
    List<String> values = new ArrayList<>();
    for (JsonNode value : json) {
      if (!value.isTextual()
          || !NAME.matcher(value.textValue()).matches()
          || values.contains(value.textValue())) {
        throw settings.refused(field, "slices, each once, each " + NAMES);
      }
      values.add(value.textValue());
    }
    if (values.size() < 2) {
      throw settings.refused(field, "a list of two or more slices");
    }
    return List.copyOf(values);
  }

  /** What this metric must hold to in this slice; null for a metric that is only compared. */
  @Nullable Thresholds thresholds(String slice, String metric) {
    Thresholds own = except.getOrDefault(slice, new TreeMap<>()).get(metric);
    return own != null ? own : metrics.get(metric);
  }

  /** Every metric that is looked at. */
  List<String> metricNames() {
    return Stream.concat(metrics.keySet().stream(), maxGap.keySet().stream())
        .sorted()
        .distinct()
        .toList();
  }
}
