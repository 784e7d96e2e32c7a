package io.countersign.activities.port;

import io.countersign.policy.Approvers;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;

/** The gate's own configuration as it is now, read fresh (I10). */
public interface GateRules {
  /**
   * INVALID_GATE_POLICY or INVALID_APPROVERS when the files do not hold, or are not signed where
   * they must be.
   */
  Rules now();

  /**
   * @param gateBytes the file, byte for byte, as it is archived
   * @param approversBytes the file, byte for byte, as it is archived
   * @param keys the keys of {@code approvers}
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Rules(
      GatePolicy policy,
      Digest gateDigest,
      byte[] gateBytes,
      Approvers approvers,
      Digest approversDigest,
      byte[] approversBytes,
      KeyDirectory keys) {}
}
