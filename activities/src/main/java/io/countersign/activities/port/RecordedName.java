package io.countersign.activities.port;

import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names from requests as the record may keep them: the form that manifests give to names, anything
 * else by its digest, so that nobody writes a text of their own into the record.
 */
final class RecordedName {
  static final int CLASSES = 64;
  static final int POLICIES = 16;

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,126}");

  private RecordedName() {}

  static String of(String name) {
    return WORD.matcher(name).matches()
        ? name
        : Digest.of(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  static List<String> all(List<String> names, int most) {
    List<String> kept = names.stream().map(RecordedName::of).distinct().sorted().toList();
    return kept.size() <= most ? kept : List.of(of("\n" + String.join("\n", kept)));
  }
}
