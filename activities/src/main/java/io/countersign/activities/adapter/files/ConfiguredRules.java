package io.countersign.activities.adapter.files;

import io.countersign.activities.port.KeyReader;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.nio.file.Path;
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
   * Decides whether these bytes of a file may be used.
   *
   * @see io.countersign.activities.port.GateRules
   */
  @FunctionalInterface
  public interface Endorsement {
    /**
     * Throws INVALID_GATE_POLICY or INVALID_APPROVERS when the owners have not signed these bytes.
     */
    void require(Path file, byte[] bytes);
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

  private Rules read() {
    byte[] gateBytes = BoundedFile.read(gateFile, LIMIT, FailureType.INVALID_GATE_POLICY);
    byte[] approversBytes = BoundedFile.read(approversFile, LIMIT, FailureType.INVALID_APPROVERS);
    Rules before = kept;
    if (before != null
        && before.gateDigest().equals(Digest.of(gateBytes))
        && before.approversDigest().equals(Digest.of(approversBytes))) {
      return before;
    }
    endorsement.require(gateFile, gateBytes);
    endorsement.require(approversFile, approversBytes);
    GateDocument gate = reader.gate(gateFile.toString(), gateBytes);
    ApproversDocument approvers = reader.approvers(approversFile.toString(), approversBytes);
    Rules rules =
        new Rules(
            gate.policy(),
            gate.digest(),
            gateBytes,
            approvers.approvers(),
            approvers.digest(),
            approversBytes,
            keys.of(approvers.approvers()));
    kept = rules;
    return rules;
  }
}
