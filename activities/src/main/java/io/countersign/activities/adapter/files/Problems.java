package io.countersign.activities.adapter.files;

import io.countersign.failure.FailureType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one document, so that its author sees it all at once. */
final class Problems {
  private static final int LIMIT = 20;
  private static final int SHOWN = 80;

  private final String file;
  private final FailureType type;
  private final List<DocumentProblem> found = new ArrayList<>();
  private @Nullable YamlNode root;

  Problems(String file, FailureType type) {
    this.file = shorten(file);
    this.type = type;
  }

  /** From now on a field's path is enough to find its line. */
  void locate(YamlNode document) {
    this.root = document;
  }

  void add(Place place, List<Object> field, String what, String allowed) {
    add(new DocumentProblem(file, place.line(), place.column(), pointer(field), what, allowed));
  }

  void add(List<Object> field, String what, String allowed) {
    if (root == null) {
      add(new DocumentProblem(file, 0, 0, pointer(field), what, allowed));
    } else {
      add(root.find(field), field, what, allowed);
    }
  }

  /** As above, at the name of the last field of the path rather than at its value. */
  void addAtName(List<Object> field, String what, String allowed) {
    List<Object> parent = field.subList(0, field.size() - 1);
    YamlNode holder = root;
    for (Object step : parent) {
      holder =
          holder instanceof YamlNode.Mapping m && step instanceof String name
              ? m.get(name)
              : holder instanceof YamlNode.Sequence s
                      && step instanceof Integer i
                      && i < s.items().size()
                  ? s.items().get(i)
                  : null;
    }
    YamlNode.Entry entry =
        holder instanceof YamlNode.Mapping m
            ? m.entries().get(String.valueOf(field.get(field.size() - 1)))
            : null;
    if (entry == null) {
      add(field, what, allowed);
    } else {
      add(entry.key(), field, what, allowed);
    }
  }

  private void add(DocumentProblem problem) {
    if (found.size() < LIMIT && !found.contains(problem)) {
      found.add(problem);
    }
  }

  boolean full() {
    return found.size() >= LIMIT;
  }

  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidDocumentException(type, found);
    }
  }

  InvalidDocumentException fatal(Place place, List<Object> field, String what, String allowed) {
    add(place, field, what, allowed);
    return new InvalidDocumentException(type, found);
  }

  /** Foreign text on one short line, safe to print. */
  static String quoted(String text) {
    return text.isEmpty() ? "nothing" : "'" + shorten(text) + "'";
  }

  static String shorten(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(SHOWN)
        .forEach(point -> line.appendCodePoint(Readable.readable(point) ? point : '?'));
    return text.codePointCount(0, text.length()) > SHOWN ? line + "…" : line.toString();
  }

  private static String pointer(List<Object> field) {
    StringBuilder pointer = new StringBuilder();
    for (Object step : field) {
      pointer.append('/').append(shorten(step.toString().replace("~", "~0").replace("/", "~1")));
    }
    return pointer.toString();
  }
}
