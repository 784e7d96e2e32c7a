package io.countersign.activities.report;

import io.countersign.check.Severity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One result of one check.
 *
 * @param function who answers for it
 * @param current whether it is of the newest round
 * @param waivedBy who accepted its failure, with no later take-back
 * @param findings worst first
 */
public record CheckRun(
    long seq,
    int round,
    boolean current,
    String check,
    String function,
    boolean passed,
    @Nullable String waivedBy,
    String worker,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    List<Finding> findings,
    List<Measurement> measurements,
    List<Document> documents) {
  public CheckRun {
    findings = List.copyOf(findings);
    measurements = List.copyOf(measurements);
    documents = List.copyOf(documents);
  }

  public record Finding(
      Severity severity, String id, String message, @Nullable String where, String check) {}

  public record Measurement(String check, String name, String value) {}

  /**
   * @param digest as the check names it
   */
  public record Document(String name, String digest, Place place) {}

  /** Where the bytes are that a check read. */
  public enum Place {
    BUNDLE,
    /** One of the release's own subjects, which stay where they are. */
    SUBJECT,
    ABSENT
  }
}
