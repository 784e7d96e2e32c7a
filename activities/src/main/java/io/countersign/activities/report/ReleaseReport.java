package io.countersign.activities.report;

import io.countersign.activities.report.Standards.Coverage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a report shows, as a value: the same record and the same verdict give the same
 * report. It has no time of its own making.
 */
public record ReleaseReport(
    Verification verification,
    Heading heading,
    RiskPicture risk,
    Content content,
    List<ChangeNote> changes,
    List<CheckRun> checks,
    List<Voice> voices,
    List<Verdict> verdicts,
    List<GrantLife> grants,
    Timeline timeline,
    List<Coverage> standards,
    List<Line> lines) {
  public ReleaseReport {
    changes = List.copyOf(changes);
    checks = List.copyOf(checks);
    voices = List.copyOf(voices);
    verdicts = List.copyOf(verdicts);
    grants = List.copyOf(grants);
    standards = List.copyOf(standards);
    lines = List.copyOf(lines);
  }

  /**
   * @param state the last that the record tells
   * @param closed whether the record ends with {@code COMPLETE}
   * @param access in one sentence, whether the release holds access as far as the record knows
   * @param ci the CI run that submitted, in the gate's words
   */
  public record Heading(
      String release,
      String environment,
      String system,
      String version,
      String state,
      boolean closed,
      @Nullable String why,
      String access,
      String releaseDigest,
      String submitter,
      @Nullable String ci,
      @Nullable String changeTicket,
      @Nullable String predecessor,
      String gateDigest,
      String approversDigest,
      long entries,
      Instant firstAt,
      Instant lastAt) {}

  /**
   * How the release differs from its predecessor.
   *
   * @param wider whether it can do more than before
   */
  public record ChangeNote(String name, String sentence, boolean wider) {}

  /** What the gate decided, and on which rights. */
  public record Verdict(
      long seq, Instant at, String outcome, int round, @Nullable String why, int signOffs) {}

  /**
   * One entry of the record, in a few words.
   *
   * @param key its idempotency key; it holds the digest of a statement
   */
  public record Line(long seq, Instant at, String kind, String actor, String words, String key) {}
}
