package io.countersign.activities.audit;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the verification of a bundle says.
 *
 * @param release null where not even that can be told
 * @param findings what is wrong, in the order in which it was found; empty when it verifies
 * @param lines how many were read
 * @param entries how many hold, up to {@code head}
 * @param head hash of the last of them: whoever notes it down detects an older bundle later
 * @param end the state in which the record was closed; null while it is open
 * @param anchoredEntry up to which a time-stamp authority saw it, 0 for none
 * @param anchoredAt when it did
 * @param proved what is proved and by whom, in sentences; empty when it does not verify
 * @param notProved what is not
 */
public record Audit(
    @Nullable ReleaseId release,
    @Nullable Digest releaseDigest,
    List<Finding> findings,
    long lines,
    long entries,
    Digest head,
    @Nullable String end,
    long anchoredEntry,
    @Nullable Instant anchoredAt,
    List<String> proved,
    List<String> notProved) {
  public Audit {
    findings = List.copyOf(findings);
    proved = List.copyOf(proved);
    notProved = List.copyOf(notProved);
  }

  /** Whether nothing is wrong. */
  public boolean verified() {
    return findings.isEmpty();
  }
}
