package io.countersign.activities.signoff;

import io.countersign.check.CheckResult;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.StatementRules;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says that a check found.
 *
 * @param release the subject that was checked
 * @param request digest of the request that an external worker answers; null for the gate's own
 *     workers, which take no requests from anybody
 * @param round 1 for the first run of the checks, one more with each recheck
 */
public record CheckStatement(
    ReleaseId release,
    Digest releaseDigest,
    int round,
    CheckResult result,
    String worker,
    Instant startedAt,
    Instant finishedAt,
    @Nullable Digest request) {
  public CheckStatement {
    StatementRules.name("worker", worker);
    if (round < 1) {
      throw new IllegalArgumentException("round: found " + round + ", allowed is 1 or more");
    }
    if (finishedAt.isBefore(startedAt)) {
      throw new IllegalArgumentException("finishedAt: found a time before startedAt");
    }
  }

  /** By one of the gate's own workers. */
  public CheckStatement(
      ReleaseId release,
      Digest releaseDigest,
      int round,
      CheckResult result,
      String worker,
      Instant startedAt,
      Instant finishedAt) {
    this(release, releaseDigest, round, result, worker, startedAt, finishedAt, null);
  }
}
