package io.countersign.activity;

import io.countersign.release.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The small answer of every check; the signed result is in the record under this digest.
 *
 * @param outcome {@code pass} or {@code fail}
 * @param summary one line for operators
 * @param statement digest of the signed statement
 * @param findings the gravest findings, a line each, at most {@value #FINDINGS}; null when the
 *     summary says it all
 */
public record CheckVerdict(
    String check,
    String outcome,
    String summary,
    Digest statement,
    @Nullable List<String> findings) {
  /** Most findings that a verdict carries; the signed result has all. */
  public static final int FINDINGS = 12;

  public CheckVerdict {
    findings = findings == null ? null : List.copyOf(findings);
  }

  /** A verdict of which the summary says it all. */
  public CheckVerdict(String check, String outcome, String summary, Digest statement) {
    this(check, outcome, summary, statement, null);
  }
}
