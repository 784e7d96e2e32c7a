package io.countersign.activities.adapter.files;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A document as it stands in its file: text and places, no types yet. */
sealed interface YamlNode {
  Place place();

  /** The place of the deepest part of this path that exists. */
  default Place find(List<Object> path) {
    return path.isEmpty()
        ? place()
        : find(path.get(0)).map(n -> n.find(path.subList(1, path.size()))).orElse(place());
  }

  /** The child under a field's name or an index. */
  private Optional<YamlNode> find(Object step) {
    if (this instanceof Mapping mapping && step instanceof String name) {
      return Optional.ofNullable(mapping.get(name));
    }
    if (this instanceof Sequence sequence && step instanceof Integer index) {
      return index < sequence.items().size()
          ? Optional.of(sequence.items().get(index))
          : Optional.empty();
    }
    return Optional.empty();
  }

  record Entry(Place key, YamlNode value) {}

  /**
   * @param flow whether it is written with braces
   */
  record Mapping(Place place, boolean flow, Map<String, Entry> entries) implements YamlNode {
    public Mapping {
      entries = new LinkedHashMap<>(entries);
    }

    @Nullable YamlNode get(String name) {
      Entry entry = entries.get(name);
      return entry == null ? null : entry.value();
    }
  }

  record Sequence(Place place, List<YamlNode> items) implements YamlNode {}

  /**
   * @param plain written without quotes, so that it may stand for a number, a boolean or nothing
   */
  record Scalar(Place place, boolean plain, String text) implements YamlNode {}
}
