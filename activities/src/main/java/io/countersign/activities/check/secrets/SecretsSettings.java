package io.countersign.activities.check.secrets;

import io.countersign.activities.check.Settings;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the tier asks of reports and texts.
 *
 * @param tools names of the scanners whose reports count
 * @param scansRequired whether the manifest must name a report
 * @param failAt the lowest level that fails
 * @param securitySeverity from which a result fails whatever its level; null for never
 * @param covers subjects whose files a report must name by their digests
 * @param subjects whose texts the gate scans
 * @param maxFileBytes largest text that it scans
 */
record SecretsSettings(
    List<String> tools,
    boolean scansRequired,
    ResultLevel failAt,
    @Nullable BigDecimal securitySeverity,
    boolean suppressedRefused,
    List<String> covers,
    boolean notCoveredRefused,
    List<String> subjects,
    boolean notTextRefused,
    int maxFileBytes) {
  static final String[] NAMES = {
    "tools",
    "scans",
    "failAt",
    "securitySeverity",
    "suppressed",
    "covers",
    "notCovered",
    "subjects",
    "notText",
    "maxFileBytes"
  };
  private static final Set<String> SUBJECTS = Set.of("model", "dataset", "prompts", "policy");
  private static final List<String> USUAL = List.of("prompts", "policy");
  private static final int FILE = 1024 * 1024;
  private static final int FILE_LIMIT = 16 * FILE;

  static SecretsSettings of(Settings settings) {
    settings.required("tools");
    BigDecimal severity = settings.number("securitySeverity");
    if (severity != null && (severity.signum() < 0 || severity.compareTo(BigDecimal.TEN) > 0)) {
      throw settings.refused("securitySeverity", "a number from 0 to 10");
    }
    BigDecimal bytes = settings.number("maxFileBytes");
    if (bytes != null
        && (bytes.signum() <= 0
            || bytes.compareTo(BigDecimal.valueOf(FILE_LIMIT)) > 0
            || bytes.stripTrailingZeros().scale() > 0)) {
      throw settings.refused("maxFileBytes", "a whole number, 1 to " + FILE_LIMIT);
    }
    return new SecretsSettings(
        Objects.requireNonNull(settings.words("tools")),
        settings.oneOf("scans", "required", "optional").equals("required"),
        Objects.requireNonNull(
            ResultLevel.of(settings.oneOf("failAt", "note", "warning", "error"))),
        severity,
        settings.oneOf("suppressed", "noted", "refused").equals("refused"),
        subjects(settings, "covers"),
        settings.oneOf("notCovered", "refused", "noted").equals("refused"),
        subjects(settings, "subjects"),
        settings.oneOf("notText", "refused", "noted").equals("refused"),
        bytes == null ? FILE : bytes.intValueExact());
  }

  private static List<String> subjects(Settings settings, String name) {
    List<String> words = settings.words(name);
    if (words != null && !SUBJECTS.containsAll(words)) {
      throw settings.refused(name, "a list of model, dataset, prompts and policy");
    }
    return words == null ? USUAL : words.stream().sorted().distinct().toList();
  }

  /** Whether a result of this gravity fails the check. */
  boolean fails(ResultLevel level, @Nullable BigDecimal severity) {
    return level != ResultLevel.NONE && level.compareTo(failAt) >= 0
        || securitySeverity != null
            && severity != null
            && severity.compareTo(securitySeverity) >= 0;
  }
}
