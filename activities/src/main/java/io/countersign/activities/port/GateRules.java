package io.countersign.activities.port;

import io.countersign.policy.Approvers;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;
import java.time.Instant;

/**
 * The gate's own configuration as it is now, read fresh (I10), and what its owners put in force.
 */
public interface GateRules {
  /**
   * INVALID_GATE_POLICY or INVALID_APPROVERS when the files do not hold, or are not signed where
   * they must be.
   */
  Rules now();

  /**
   * Whether the owners had put these archived files in force at a time. Who writes to the archive
   * need not be one of them.
   *
   * @param at when the files were used
   * @throws io.countersign.failure.GateException INVALID_GATE_POLICY or INVALID_APPROVERS when too
   *     few owners had signed these bytes, or their keys do not count any more
   */
  void requireInForce(SignedFile gate, SignedFile approvers, Instant at);

  /**
   * @param gate the file as it is archived
   * @param approversFile the file as it is archived
   * @param keys the keys of {@code approvers}
   */
  record Rules(
      GatePolicy policy,
      SignedFile gate,
      Approvers approvers,
      SignedFile approversFile,
      KeyDirectory keys) {
    public Digest gateDigest() {
      return gate.digest();
    }

    public Digest approversDigest() {
      return approversFile.digest();
    }
  }

  /**
   * A rule file, byte for byte.
   *
   * @param signatures its owners' signatures that count, an envelope a line; empty where nobody has
   *     to sign
   */
  @SuppressWarnings("ArrayRecordComponent")
  record SignedFile(byte[] bytes, byte[] signatures) {
    public SignedFile {
      bytes = bytes.clone();
      signatures = signatures.clone();
    }

    @Override
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public byte[] signatures() {
      return signatures.clone();
    }

    public Digest digest() {
      return Digest.of(bytes);
    }

    public Digest signaturesDigest() {
      return Digest.of(signatures);
    }
  }
}
