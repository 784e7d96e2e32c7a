package io.countersign.activities.signoff;

import io.countersign.check.CheckResult;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.StatementRules;
import java.time.Instant;

/**
 * What a worker says that a check found.
 *
 * @param release the subject that was checked
 * @param round 1 for the first run of the checks, one more with each recheck
 */
public record CheckStatement(
    ReleaseId release,
    Digest releaseDigest,
    int round,
    CheckResult result,
    String worker,
    Instant startedAt,
    Instant finishedAt) {
  public CheckStatement {
    StatementRules.name("worker", worker);
    if (round < 1) {
      throw new IllegalArgumentException("round: found " + round + ", allowed is 1 or more");
    }
    if (finishedAt.isBefore(startedAt)) {
      throw new IllegalArgumentException("finishedAt: found a time before startedAt");
    }
  }
}
