package io.countersign.activity;

import io.countersign.failure.FailureType;
import io.countersign.grant.Slot;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one pass of the sweeper looked at and did.
 *
 * @param grants open grants that were looked at
 * @param slots slots that were looked at
 * @param left how many items were left alone because they are in order or not due yet
 * @param revoked how many were revoked, proved and recorded
 * @param failed how many could not be judged, or not be ended and proved
 * @param refused how many the sweeper will not touch without a person
 * @param findings what is not simply in order, at most {@link #MAX_FINDINGS}
 */
public record SweepReport(
    Instant at,
    Status status,
    int grants,
    int slots,
    int left,
    int revoked,
    int failed,
    int refused,
    List<Finding> findings) {
  /** A report is a payload in a history; the counts are always whole. */
  public static final int MAX_FINDINGS = 500;

  public SweepReport {
    findings = findings.stream().limit(MAX_FINDINGS).toList();
  }

  /** Another sweep was running. */
  public static SweepReport busy(Instant at) {
    return new SweepReport(at, Status.BUSY, 0, 0, 0, 0, 0, 0, List.of());
  }

  /** How the pass ended. */
  public enum Status {
    DONE,
    /** Another sweep was running; nothing was looked at. */
    BUSY,
    /** More was to be revoked than the limit allows; only what is over its age was. */
    BLAST_RADIUS
  }

  /** What was done with one item. */
  public enum Result {
    LEFT,
    REVOKED,
    FAILED,
    REFUSED
  }

  /** Why an item is not in order. */
  public enum Reason {
    /** Its validity has ended. */
    OVER_AGE,
    WORKFLOW_ENDED,
    WORKFLOW_REPLACED,
    WORKFLOW_MISSING,
    /** Its revocation was begun and nobody is left to finish it. */
    REVOCATION_UNFINISHED,
    /** A role that no open grant stands behind. */
    ORPHAN_ROLE,
    /** A probe that no release waits for. */
    ORPHAN_PROBE,
    /** Tokens of a slot without a role. */
    ORPHAN_TOKENS,
    /** A role or probe beside that of an open grant, whose tokens cannot be told apart. */
    SHARED_SLOT,
    /** Nothing could be learned about it. */
    UNKNOWN
  }

  /**
   * @param release null when the item cannot be told to belong to a release
   * @param type why it was not done, for FAILED and REFUSED
   */
  public record Finding(
      String environment,
      String system,
      @Nullable Slot slot,
      @Nullable ReleaseId release,
      Reason reason,
      Result result,
      @Nullable FailureType type,
      String detail) {}

  /**
   * What a person must be told by a failure: the blast radius, or the first thing that was left
   * undone.
   */
  public Optional<FailureType> trouble() {
    if (status == Status.BLAST_RADIUS) {
      return Optional.of(FailureType.BLAST_RADIUS);
    }
    return findings.stream()
        .filter(finding -> finding.result() == Result.FAILED || finding.result() == Result.REFUSED)
        .map(Finding::type)
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** One line for people. */
  public String summary() {
    return status == Status.BUSY
        ? "another sweep is running"
        : "looked at "
            + grants
            + " grants and "
            + slots
            + " slots: "
            + left
            + " left alone, "
            + revoked
            + " revoked, "
            + failed
            + " failed, "
            + refused
            + " refused";
  }
}
