package io.countersign.activities.adapter.files;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Changes of digests in the text of a manifest, made by the places of what is there. */
final class DigestEdits {
  private record Edit(int start, int end, String text) {}

  private final String text;
  private final List<Edit> edits = new ArrayList<>();

  DigestEdits(String text) {
    this.text = text;
  }

  /** Gives this subject this digest. */
  void set(YamlNode.Mapping fields, String digest) {
    String quoted = "\"" + digest + "\"";
    YamlNode.Entry present = fields.entries().get("digest");
    if (present != null && present.value() instanceof YamlNode.Scalar scalar) {
      if (scalar.plain() && scalar.text().isEmpty()) {
        int colon = text.indexOf(':', offset(present.key().end())) + 1;
        edits.add(new Edit(colon, colon, " " + quoted));
      } else {
        edits.add(new Edit(offset(scalar.place().start()), offset(scalar.place().end()), quoted));
      }
      return;
    }
    YamlNode.Entry uri = fields.entries().get("uri");
    if (uri == null) {
      throw new IllegalStateException("the schema requires the field uri");
    }
    int key = offset(uri.key().start());
    if (fields.flow()) {
      edits.add(new Edit(key, key, "digest: " + quoted + ", "));
    } else {
      String end = text.contains("\r\n") ? "\r\n" : "\n";
      edits.add(new Edit(key, key, "digest: " + quoted + end + " ".repeat(uri.key().column() - 1)));
    }
  }

  /** The text with all changes; everything else is as it was. */
  String apply() {
    StringBuilder changed = new StringBuilder(text);
    edits.stream()
        .sorted(Comparator.comparingInt(Edit::start).reversed())
        .forEach(edit -> changed.replace(edit.start(), edit.end(), edit.text()));
    return changed.toString();
  }

  /** Marks count code points. */
  private int offset(int codePoints) {
    return text.offsetByCodePoints(0, codePoints);
  }
}
