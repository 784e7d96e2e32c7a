package io.countersign.activities.check.lineage;

import io.countersign.activities.check.CheckFindings;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What changed since the predecessor and what did not, named, because a review of the code sees
 * none of it.
 *
 * @param before what this check measured on the predecessor; null when it did not run
 */
record Comparison(
    LineageRules rules,
    Manifest predecessor,
    @Nullable SortedMap<String, String> before,
    CheckFindings found) {
  static final String RETRAINED = "retrained";
  static final String UNCHANGED = "model-unchanged";
  static final String REBUILT = "rebuilt";
  static final String UNKNOWN = "code-not-comparable";
  static final List<String> NOTES = List.of(RETRAINED, UNCHANGED, REBUILT, UNKNOWN);

  void judge(Manifest manifest, String code, @Nullable String parameters) {
    boolean model = same(manifest.subjects().model(), predecessor.subjects().model());
    boolean data = same(manifest.subjects().dataset(), predecessor.subjects().dataset());
    String version = predecessor.metadata().version();
    if (model && !data) {
      say(
          UNCHANGED,
          Severity.MEDIUM,
          "the dataset is another than in " + version + ", and the model is the same");
    }
    String old = before == null ? null : before.get(Lineage.CODE);
    if (old == null || !kind(old).equals(kind(code))) {
      say(
          UNKNOWN,
          Severity.LOW,
          "the code of "
              + version
              + (old == null ? " is not in a signed result" : " is named in another way")
              + ", so nobody can compare");
      return;
    }
    found.measure("code.changed", Boolean.toString(!old.equals(code)));
    if (!model && old.equals(code)) {
      say(
          RETRAINED,
          Severity.MEDIUM,
          "a retrained model with no code change since "
              + version
              + ", "
              + (data ? "on the same data" : "on other data")
              + parameters(parameters));
    } else if (model && !old.equals(code)) {
      say(
          REBUILT,
          Severity.LOW,
          "the code is another than in " + version + ", and the model is the same");
    }
  }

  private static String kind(String code) {
    return code.substring(0, code.indexOf(':') + 1);
  }

  private String parameters(@Nullable String now) {
    String old = before == null ? null : before.get(Lineage.PARAMETERS);
    if (old == null || now == null) {
      return "";
    }
    return Objects.equals(old, now) ? ", with the same parameters" : ", with other parameters";
  }

  private static boolean same(Manifest.Subject now, Manifest.Subject old) {
    Digest digest = now.digest();
    return digest != null && digest.equals(old.digest());
  }

  private void say(String id, Severity severity, String message) {
    if (rules.refuse().contains(id)) {
      found.fail(id, Severity.HIGH, message, "predecessor");
    } else {
      found.note(id, severity, message, "predecessor");
    }
  }
}
