package io.countersign.activities.check.readiness;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Settings;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link DeploymentReadiness}.
 *
 * @param registries hosts or repositories that images may come from; null for any
 * @param exemptsFirst whether a first release needs no way back
 * @param smokeTestRequired whether a health endpoint alone does not do
 * @param names what a smoke test must name beside image and model
 */
record ReadinessRules(
    @Nullable List<String> registries,
    boolean exemptsFirst,
    boolean smokeTestRequired,
    long minTests,
    List<String> names,
    @Nullable Health health) {
  private static final List<String> PARTS =
      List.of("image", "model", "dataset", "prompts", "policy");

  /**
   * An endpoint of the release.
   *
   * @param url with {@code {system}}, {@code {environment}} and {@code {version}}
   * @param digests JSON pointers to what its answer names, by part
   */
  record Health(String url, SortedMap<String, JsonPointer> digests) {}

  static ReadinessRules of(Settings settings) {
    List<String> names = settings.words("names");
    if (names != null && !PARTS.containsAll(names)) {
      throw settings.refused("names", "of " + PARTS);
    }
    boolean required = settings.oneOf("smokeTest", "required", "optional").equals("required");
    Health health = health(settings);
    if (!required && health == null) {
      throw settings.refused("smokeTest", "required, or optional beside health");
    }
    return new ReadinessRules(
        settings.words("registries"),
        settings.oneOf("firstRelease", "refused", "exempt").equals("exempt"),
        required,
        minTests(settings),
        names == null ? List.of() : names,
        health);
  }

  private static long minTests(Settings settings) {
    BigDecimal least = settings.number("minTests");
    if (least == null) {
      return 1;
    }
    if (least.signum() <= 0 || least.stripTrailingZeros().scale() > 0 || least.precision() > 6) {
      throw settings.refused("minTests", "a whole number from 1 to 999999");
    }
    return least.longValueExact();
  }

  private static @Nullable Health health(Settings settings) {
    if (!settings.has("health")) {
      return null;
    }
    JsonNode json = settings.required("health");
    json.fieldNames()
        .forEachRemaining(
            field -> {
              if (!field.equals("url") && !field.equals("digests")) {
                throw settings.refused("health." + field, "one of [url, digests]");
              }
            });
    String url = json.path("url").asText();
    if (!url.startsWith("https://")) {
      throw settings.refused("health.url", "an https URL below a source");
    }
    SortedMap<String, JsonPointer> digests = new TreeMap<>();
    for (Map.Entry<String, JsonNode> part : json.path("digests").properties()) {
      String name = "health.digests." + part.getKey();
      if (!PARTS.contains(part.getKey()) || !part.getValue().asText().startsWith("/")) {
        throw settings.refused(name, "a JSON pointer, for one of " + PARTS);
      }
      digests.put(part.getKey(), JsonPointer.compile(part.getValue().asText()));
    }
    return new Health(url, digests);
  }
}
