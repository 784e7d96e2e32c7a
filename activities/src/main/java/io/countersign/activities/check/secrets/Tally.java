package io.countersign.activities.check.secrets;

import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.secrets.SarifResults.Result;
import io.countersign.activities.check.secrets.Tokens.Malformed;
import io.countersign.check.Severity;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts results by rule, so that memory grows with the rules that were met and no further. */
final class Tally {
  private static final int KINDS = 5_000;
  private static final BigDecimal CRITICAL = new BigDecimal("9.0");
  private static final BigDecimal HIGH = new BigDecimal("7.0");
  private static final BigDecimal MEDIUM = new BigDecimal("4.0");

  private final Map<Kind, Count> counts = new TreeMap<>();
  private final EnumMap<ResultLevel, Long> levels = new EnumMap<>(ResultLevel.class);
  private long suppressed;

  private record Kind(String tool, String rule, ResultLevel level, @Nullable BigDecimal severity)
      implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      return Comparator.comparing(Kind::level)
          .thenComparing(kind -> kind.severity, Comparator.nullsFirst(Comparator.naturalOrder()))
          .reversed()
          .thenComparing(Kind::tool)
          .thenComparing(Kind::rule)
          .compare(this, other);
    }
  }

  private static final class Count {
    private long open;
    private long suppressed;
    private String first = "";
  }

  void add(SarifRun run, Result result) throws IOException {
    Kind kind = new Kind(run.tool, result.rule(), result.level(), result.severity());
    Count count = counts.computeIfAbsent(kind, none -> new Count());
    if (counts.size() > KINDS) {
      throw new Malformed("results of more than " + KINDS + " kinds");
    }
    if (result.suppressed()) {
      count.suppressed++;
      suppressed++;
      return;
    }
    count.open++;
    levels.merge(result.level(), 1L, Long::sum);
    if (count.first.isEmpty() || first(result).compareTo(count.first) < 0) {
      count.first = first(result);
    }
  }

  private static String first(Result result) {
    return result.where().isEmpty() ? "(no place)" : result.where();
  }

  /** Tells what was counted in one report. */
  void tell(String uri, SecretsSettings settings, CheckFindings found) {
    counts.forEach(
        (kind, count) -> {
          if (count.open > 0 && settings.fails(kind.level, kind.severity)) {
            found.fail("scan-result", severity(kind), kind.tool + " " + said(kind, count), uri);
          }
          if (count.suppressed > 0 && settings.fails(kind.level, kind.severity)) {
            String what =
                kind.tool + " rule " + kind.rule + ": " + count.suppressed + " suppressed";
            if (settings.suppressedRefused()) {
              found.fail("suppressed", Severity.MEDIUM, what, uri);
            } else {
              found.note("suppressed", Severity.LOW, what, uri);
            }
          }
        });
  }

  private static String said(Kind kind, Count count) {
    return "rule "
        + kind.rule
        + ": "
        + count.open
        + (count.open == 1 ? " result" : " results")
        + " of level "
        + kind.level
        + (kind.severity == null ? "" : ", security severity " + kind.severity.toPlainString())
        + ", the first at "
        + count.first;
  }

  /** Adds this report's numbers to those of the check. */
  void addTo(Map<String, Long> totals) {
    for (ResultLevel level : List.of(ResultLevel.ERROR, ResultLevel.WARNING, ResultLevel.NOTE)) {
      totals.merge("results." + level, levels.getOrDefault(level, 0L), Long::sum);
    }
    totals.merge("results.suppressed", suppressed, Long::sum);
  }

  private static Severity severity(Kind kind) {
    BigDecimal score = kind.severity;
    if (score != null) {
      return score.compareTo(CRITICAL) >= 0
          ? Severity.CRITICAL
          : score.compareTo(HIGH) >= 0
              ? Severity.HIGH
              : score.compareTo(MEDIUM) >= 0 ? Severity.MEDIUM : Severity.LOW;
    }
    return switch (kind.level) {
      case ERROR -> Severity.HIGH;
      case WARNING -> Severity.MEDIUM;
      default -> Severity.LOW;
    };
  }
}
