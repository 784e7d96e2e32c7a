package io.countersign.activities.check.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Settings;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link Lineage}.
 *
 * @param accept the forms that are taken; any other document fails
 * @param require the forms that must be there: where more than one is taken, whoever submits would
 *     choose the weakest
 * @param builders whose provenance is taken, by id
 * @param dataset names of what is the dataset; empty to go by what the document calls so
 * @param code names of the files that are the code; empty for git commits
 * @param repositories where commits may come from; empty for anywhere
 * @param materials names of what else a model may be made of; null for anything
 * @param actors JSON pointers into a provenance predicate that name makers
 * @param people names in evidence to people of the approvers file
 * @param refuse what fails instead of being noted
 */
record LineageRules(
    Set<Form> accept,
    Set<Form> require,
    SortedMap<String, Builder> builders,
    List<String> dataset,
    List<String> code,
    List<String> repositories,
    @Nullable List<String> materials,
    List<String> actors,
    SortedMap<String, String> people,
    Makers makers,
    List<String> refuse,
    String modelTag,
    String datasetTag) {
  static final String[] NAMES = {
    "accept",
    "require",
    "builders",
    "dataset",
    "code",
    "repositories",
    "materials",
    "actors",
    "people",
    "makers",
    "refuse",
    "tags"
  };

  /** What must be known of the makers. */
  enum Makers {
    /** At least one. */
    REQUIRED,
    /** At least one, and all of them stand in {@code people}. */
    KNOWN,
    OPTIONAL
  }

  static LineageRules of(Settings settings) {
    settings.required("accept");
    Set<Form> accept = forms(settings, "accept");
    Set<Form> require = forms(settings, "require");
    if (!accept.containsAll(require)) {
      throw settings.refused("require", "of what is accepted: " + accept);
    }
    SortedMap<String, Builder> builders = builders(settings, accept);
    List<String> actors = words(settings, "actors");
    if (actors.stream().anyMatch(pointer -> !pointer.startsWith("/"))) {
      throw settings.refused("actors", "JSON pointers into the predicate");
    }
    List<String> refuse = words(settings, "refuse");
    if (!Comparison.NOTES.containsAll(refuse)) {
      throw settings.refused("refuse", "of " + Comparison.NOTES);
    }
    SortedMap<String, String> tags = texts(settings, "tags");
    if (!Set.of("model", "dataset").containsAll(tags.keySet())) {
      throw settings.refused("tags", "model and dataset");
    }
    return new LineageRules(
        accept,
        require,
        builders,
        words(settings, "dataset"),
        words(settings, "code"),
        words(settings, "repositories"),
        settings.words("materials"),
        actors,
        texts(settings, "people"),
        switch (settings.oneOf("makers", "required", "known", "optional")) {
          case "known" -> Makers.KNOWN;
          case "optional" -> Makers.OPTIONAL;
          default -> Makers.REQUIRED;
        },
        refuse,
        tags.getOrDefault("model", "countersign.model"),
        tags.getOrDefault("dataset", "countersign.dataset"));
  }

  private static Set<Form> forms(Settings settings, String name) {
    Set<Form> forms = EnumSet.noneOf(Form.class);
    for (String word : words(settings, name)) {
      Form form = Form.of(word);
      if (form == null || !forms.add(form)) {
        throw settings.refused(name, "each once, of " + List.of(Form.values()));
      }
    }
    return forms;
  }

  private static List<String> words(Settings settings, String name) {
    List<String> words = settings.words(name);
    return words == null ? List.of() : words;
  }

  private static SortedMap<String, String> texts(Settings settings, String name) {
    SortedMap<String, String> texts = new TreeMap<>();
    if (settings.has(name)) {
      for (Map.Entry<String, JsonNode> text : settings.required(name).properties()) {
        texts.put(text.getKey(), text(settings, name + "." + text.getKey(), text.getValue()));
      }
      if (texts.isEmpty()) {
        throw settings.refused(name, "names with what they stand for");
      }
    }
    return texts;
  }

  private static SortedMap<String, Builder> builders(Settings settings, Set<Form> accept) {
    SortedMap<String, Builder> builders = new TreeMap<>();
    if (settings.has("builders")) {
      for (JsonNode json : settings.required("builders")) {
        json.fieldNames()
            .forEachRemaining(
                field -> {
                  if (!List.of("id", "keys", "buildTypes").contains(field)) {
                    throw settings.refused("builders." + field, "one of [id, keys, buildTypes]");
                  }
                });
        String id = text(settings, "builders.id", json.path("id"));
        Builder builder =
            new Builder(
                id,
                texts(settings, "builders.keys", json.get("keys")),
                texts(settings, "builders.buildTypes", json.get("buildTypes")));
        if (builders.put(id, builder) != null) {
          throw settings.refused("builders", "each id once");
        }
      }
    }
    boolean keys = builders.values().stream().anyMatch(builder -> !builder.keys().isEmpty());
    boolean keyless = builders.values().stream().anyMatch(builder -> builder.keys().isEmpty());
    if (accept.contains(Form.SIGNED_PROVENANCE) && !keys) {
      throw settings.refused("builders", "a builder with keys, for signed provenance");
    }
    if (accept.contains(Form.UNSIGNED_PROVENANCE) != keyless) {
      throw settings.refused(
          "builders", "a builder without keys exactly where unsigned provenance is accepted");
    }
    return builders;
  }

  private static List<String> texts(Settings settings, String name, @Nullable JsonNode json) {
    if (json == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    json.forEach(text -> texts.add(text(settings, name, text)));
    if (!json.isArray() || texts.isEmpty()) {
      throw settings.refused(name, "a list that is not empty");
    }
    return texts;
  }

  private static String text(Settings settings, String name, JsonNode json) {
    if (!json.isTextual() || json.textValue().isBlank()) {
      throw settings.refused(name, "a text that is not blank");
    }
    return json.textValue();
  }
}
