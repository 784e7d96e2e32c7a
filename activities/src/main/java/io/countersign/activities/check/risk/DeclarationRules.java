package io.countersign.activities.check.risk;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Settings;
import io.countersign.release.PathPattern;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the gate policy holds a release's profile against.
 *
 * @param owners domains or whole addresses, in lower case
 * @param minWords different words that a statement has at least
 * @param readOnly autonomies that may change nothing
 * @param exposures from low to high
 * @param autonomies from low to high
 */
record DeclarationRules(
    List<String> owners,
    int minWords,
    List<PathClasses> scope,
    List<String> readOnly,
    List<String> exposures,
    List<String> autonomies) {

  /** The classes of data behind a path. */
  record PathClasses(PathPattern path, List<String> dataClasses) {}

  /** Reads the settings; INVALID_GATE_POLICY when one is missing, empty or of another form. */
  static DeclarationRules of(Settings settings) {
    BigDecimal least = settings.number("minWords");
    BigDecimal words = least == null ? BigDecimal.ONE : least;
    if (words.signum() <= 0 || words.compareTo(BigDecimal.valueOf(1000)) > 0) {
      throw settings.refused("minWords", "a whole number, 1 to 1000");
    }
    JsonNode order = settings.required("order");
    known(settings, "order", order, Set.of("exposure", "autonomy"));
    return new DeclarationRules(
        texts(settings, "owners", settings.required("owners")).stream()
            .map(owner -> owner.toLowerCase(Locale.ROOT))
            .toList(),
        words.intValue(),
        scope(settings),
        texts(settings, "readOnly", settings.required("readOnly")),
        texts(settings, "order.exposure", order.path("exposure")),
        texts(settings, "order.autonomy", order.path("autonomy")));
  }

  private static List<PathClasses> scope(Settings settings) {
    List<PathClasses> scope = new ArrayList<>();
    JsonNode given = settings.required("scope");
    if (!given.isArray()) {
      throw settings.refused("scope", "a list of paths with dataClasses");
    }
    for (JsonNode one : given) {
      known(settings, "scope", one, Set.of("path", "dataClasses"));
      JsonNode classes = one.path("dataClasses");
      List<String> words = new ArrayList<>();
      if (!classes.isArray()) {
        throw settings.refused("scope.dataClasses", "a list of classes, [] for none");
      }
      classes.forEach(word -> words.add(word.asText()));
      try {
        scope.add(new PathClasses(new PathPattern(one.path("path").asText()), words));
      } catch (IllegalArgumentException e) {
        throw settings.refused("scope.path", "a path of a Vault policy: " + e.getMessage());
      }
    }
    return List.copyOf(scope);
  }

  private static void known(Settings settings, String name, JsonNode node, Set<String> fields) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!fields.contains(field.getKey())) {
        throw settings.refused(
            name + "." + field.getKey(), "one of " + fields.stream().sorted().toList());
      }
    }
  }

  private static List<String> texts(Settings settings, String name, JsonNode node) {
    List<String> texts = new ArrayList<>();
    node.forEach(one -> texts.add(one.isTextual() ? one.textValue() : ""));
    if (!node.isArray() || texts.isEmpty() || texts.contains("")) {
      throw settings.refused(name, "a list of words that is not empty");
    }
    return List.copyOf(texts);
  }
}
