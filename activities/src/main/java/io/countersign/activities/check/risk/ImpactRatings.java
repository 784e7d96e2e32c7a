package io.countersign.activities.check.risk;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Settings;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How the gate policy rates what a release declares.
 *
 * @param writes the level of a release that may change something
 */
record ImpactRatings(
    Map<String, Level> exposure,
    Map<String, Level> autonomy,
    Map<String, Level> dataClasses,
    Level writes) {

  /** From the setting {@code impact}; INVALID_GATE_POLICY when it is not whole. */
  static ImpactRatings of(Settings settings) {
    JsonNode impact = settings.required("impact");
    Set<String> known = Set.of("exposure", "autonomy", "dataClasses", "writes");
    for (Map.Entry<String, JsonNode> field : impact.properties()) {
      if (!known.contains(field.getKey())) {
        throw settings.refused(
            "impact." + field.getKey(), "one of " + known.stream().sorted().toList());
      }
    }
    return new ImpactRatings(
        levels(settings, "impact.exposure", impact.path("exposure")),
        levels(settings, "impact.autonomy", impact.path("autonomy")),
        levels(settings, "impact.dataClasses", impact.path("dataClasses")),
        level(settings, "impact.writes", impact.path("writes")));
  }

  /** A map from words to levels that is not empty. */
  static Map<String, Level> levels(Settings settings, String name, JsonNode node) {
    if (!node.isObject() || node.isEmpty()) {
      throw settings.refused(name, "words, each with one of " + Level.words());
    }
    Map<String, Level> levels = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      levels.put(field.getKey(), level(settings, name + "." + field.getKey(), field.getValue()));
    }
    return levels;
  }

  static Level level(Settings settings, String name, JsonNode node) {
    return Level.parse(node.asText())
        .orElseThrow(() -> settings.refused(name, "one of " + Level.words()));
  }
}
