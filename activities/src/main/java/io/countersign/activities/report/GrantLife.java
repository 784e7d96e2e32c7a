package io.countersign.activities.report;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One grant from its beginning to the proof of its end.
 *
 * @param seq entry of the grant
 * @param expiresAt the end of its validity
 * @param ordered the revocation, once it was begun
 * @param proof why it is said to be dead; null as long as nobody proved it
 */
public record GrantLife(
    long seq,
    Instant at,
    String grantId,
    String slot,
    List<Policy> policies,
    String tokenTtl,
    String maxTtl,
    String subject,
    String audience,
    @Nullable Instant expiresAt,
    @Nullable Ordered ordered,
    @Nullable Proof proof) {
  public GrantLife {
    policies = List.copyOf(policies);
  }

  /** A Vault policy by the digest of its body as it was read back. */
  public record Policy(String name, String digest) {}

  public record Ordered(long seq, Instant at, String next, String reason) {}

  /**
   * @param leasesFound the most tokens seen alive while revoking
   * @param readable policies that let the workload read values, which must be rotated
   */
  public record Proof(
      long seq,
      Instant at,
      boolean roleWasPresent,
      int leasesFound,
      int rounds,
      @Nullable Instant firstEmptyAt,
      List<String> dynamicSecretsChecked,
      List<String> readable) {
    public Proof {
      dynamicSecretsChecked = List.copyOf(dynamicSecretsChecked);
      readable = List.copyOf(readable);
    }
  }

  /** How it stands. */
  public enum End {
    OPEN,
    NOT_PROVED,
    PROVED
  }

  public End end() {
    return proof != null ? End.PROVED : ordered != null ? End.NOT_PROVED : End.OPEN;
  }
}
