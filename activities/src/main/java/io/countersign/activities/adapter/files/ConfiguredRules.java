package io.countersign.activities.adapter.files;

import io.countersign.activities.port.KeyReader;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rules in the worker's own two files. They are read at every question, so that a withdrawn
 * approver is withdrawn at once; what was parsed is kept for as long as the bytes are the same.
 */
public final class ConfiguredRules implements io.countersign.activities.port.GateRules {
  /** Most bytes of either file. */
  private static final int LIMIT = DocumentReader.RULES_LIMIT;

  private final Path gateFile;
  private final Path approversFile;
  private final DocumentReader reader;
  private final KeyReader keys;
  private final Endorsement endorsement;
  private @Nullable Rules kept;

  /**
   * Decides whether bytes of a rule file may be used, by the signatures of its owners.
   *
   * @see io.countersign.activities.port.GateRules
   */
  public interface Endorsement {
    /**
     * The signatures that count, an envelope a line; INVALID_GATE_POLICY or INVALID_APPROVERS when
     * the owners have not signed these bytes.
     */
    byte[] signatures(Path file, byte[] bytes);

    /** The same for bytes that were archived with their signatures and were in use at a time. */
    void require(Path file, SignedFile archived, Instant at);

    /** For development: nobody has to sign. */
    static Endorsement none() {
      return new Endorsement() {
        @Override
        public byte[] signatures(Path file, byte[] bytes) {
          return new byte[0];
        }

        @Override
        public void require(Path file, SignedFile archived, Instant at) {}
      };
    }
  }

  public ConfiguredRules(
      Path gateFile,
      Path approversFile,
      DocumentReader reader,
      KeyReader keys,
      Endorsement endorsement) {
    this.gateFile = gateFile;
    this.approversFile = approversFile;
    this.reader = reader;
    this.keys = keys;
    this.endorsement = endorsement;
  }

  @Override
  public synchronized Rules now() {
    try {
      return read();
    } catch (GateException invalid) {
      // A slip in a rule file must not refuse a take-back for good: whatever asks, asks again.
      throw new GateException(
          FailureType.RULES_UNUSABLE, String.valueOf(invalid.getMessage()), invalid);
    }
  }

  @Override
  public void requireInForce(SignedFile gate, SignedFile approvers, Instant at) {
    endorsement.require(gateFile, gate, at);
    endorsement.require(approversFile, approvers, at);
  }

  private Rules read() {
    byte[] gateBytes = BoundedFile.read(gateFile, LIMIT, FailureType.INVALID_GATE_POLICY);
    byte[] approversBytes = BoundedFile.read(approversFile, LIMIT, FailureType.INVALID_APPROVERS);
    Rules before = kept;
    if (before != null
        && before.gateDigest().equals(Digest.of(gateBytes))
        && before.approversDigest().equals(Digest.of(approversBytes))) {
      return before;
    }
    byte[] gateSignatures = endorsement.signatures(gateFile, gateBytes);
    byte[] approversSignatures = endorsement.signatures(approversFile, approversBytes);
    GateDocument gate = reader.gate(gateFile.toString(), gateBytes);
    ApproversDocument approvers = reader.approvers(approversFile.toString(), approversBytes);
    Rules rules =
        new Rules(
            gate.policy(),
            new SignedFile(gateBytes, gateSignatures),
            approvers.approvers(),
            new SignedFile(approversBytes, approversSignatures),
            keys.of(approvers.approvers()));
    kept = rules;
    return rules;
  }
}
