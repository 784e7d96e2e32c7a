package io.countersign.activities.port;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes note of what was decided, so that the record can tell which policy decided, how often. */
public interface DecisionLedger {
  /**
   * Notes one decision. Never waits for a disk or a store and never throws: what is beyond its
   * bounds is counted and stated.
   */
  void note(Decided decided);

  /**
   * One decision. Nothing of the request but names: no body, no argument, no token. A name that is
   * no word of a manifest (1 to 127 of {@code A-Z a-z 0-9 . _ : / -}, beginning with a letter or
   * digit) is kept as its digest.
   *
   * @param release null where no release could be told
   * @param policyDigest of the policy that decided; null where none was asked
   * @param reason the constant of the closed list of reasons
   * @param dataClasses sorted, 64 at most; of longer lists only the digest of the list is kept
   * @param policies ids of the policies that determined the answer, 16 at most
   */
  record Decided(
      Instant at,
      boolean allowed,
      String reason,
      @Nullable ReleaseId release,
      @Nullable Digest releaseDigest,
      @Nullable Digest policyDigest,
      @Nullable String tool,
      @Nullable String permission,
      List<String> dataClasses,
      List<String> policies,
      long staleMillis) {
    private static final Pattern REASON = Pattern.compile("[A-Z][A-Z_]{0,39}");

    public Decided {
      if (!REASON.matcher(reason).matches()) {
        throw new IllegalArgumentException("decided: reason is 1 to 40 of A-Z _");
      }
      if (allowed && (release == null || releaseDigest == null || policyDigest == null)) {
        throw new IllegalArgumentException(
            "decided: whoever is allowed is so by a policy of a release");
      }
      tool = tool == null ? null : RecordedName.of(tool);
      permission = permission == null ? null : RecordedName.of(permission);
      dataClasses = RecordedName.all(dataClasses, RecordedName.CLASSES);
      policies = RecordedName.all(policies, RecordedName.POLICIES);
      staleMillis = Math.max(0, staleMillis);
    }
  }
}
