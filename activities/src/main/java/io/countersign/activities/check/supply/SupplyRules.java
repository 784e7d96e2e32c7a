package io.countersign.activities.check.supply;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Settings;
import io.countersign.release.Span;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a tier asks of dependencies. What it does not allow is not allowed.
 *
 * @param kinds that may be used; null for every kind
 * @param dataClasses that may leave
 * @param pinned kinds that need a digest
 * @param signed kinds that need the supplier's signature over it
 * @param schemes that carry data
 * @param maxReview how far ahead a review may reach
 */
record SupplyRules(
    @Nullable List<String> kinds,
    List<String> dataClasses,
    Set<String> pinned,
    Set<String> signed,
    List<String> schemes,
    Span maxReview) {
  /** Artefacts that run or answer in the release's name: always pinned. */
  private static final Set<String> ARTEFACTS = Set.of("base-model", "plugin");

  static final String[] NAMES = {
    "kinds", "dataClasses", "pinned", "signed", "schemes", "maxReview"
  };

  SupplyRules {
    pinned = Set.copyOf(pinned);
    signed = Set.copyOf(signed);
  }

  static SupplyRules of(Settings settings) {
    Set<String> signed = new TreeSet<>(words(settings, "signed"));
    Set<String> pinned = new TreeSet<>(words(settings, "pinned"));
    pinned.addAll(ARTEFACTS);
    pinned.addAll(signed);
    List<String> schemes = settings.words("schemes");
    return new SupplyRules(
        settings.words("kinds"),
        words(settings, "dataClasses"),
        pinned,
        signed,
        schemes == null ? List.of("https") : schemes,
        maxReview(settings));
  }

  private static List<String> words(Settings settings, String name) {
    return Objects.requireNonNullElse(settings.words(name), List.of());
  }

  private static Span maxReview(Settings settings) {
    JsonNode value = settings.required("maxReview");
    try {
      return Span.parse(value.isTextual() ? value.textValue() : "");
    } catch (IllegalArgumentException e) {
      throw settings.refused("maxReview", "a span such as 365d");
    }
  }
}
