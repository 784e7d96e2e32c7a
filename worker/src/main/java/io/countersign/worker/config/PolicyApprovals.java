package io.countersign.worker.config;

import io.countersign.activities.adapter.files.ConfiguredRules.Endorsement;
import io.countersign.activities.adapter.signing.PolicyApproval;
import io.countersign.activities.port.GateRules.SignedFile;
import io.countersign.failure.FailureType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;

/**
 * The approvals of the policy owners that a file names; the file has the form of approvers.yaml.
 */
public final class PolicyApprovals {
  private PolicyApprovals() {}

  public static PolicyApproval by(Path ownersFile, Clock clock) {
    return new PolicyApproval(() -> GateAssembly.reader().approvers(ownersFile).approvers(), clock);
  }

  /** Takes rule files that two owners have signed. */
  public static Endorsement endorsement(PolicyApproval approval, Path approversFile) {
    return new Endorsement() {
      @Override
      public byte[] signatures(Path file, byte[] bytes) {
        return approval.require(file, bytes, type(file));
      }

      @Override
      public void require(Path file, SignedFile archived, Instant at) {
        approval.requireArchived(file, archived.bytes(), archived.signatures(), at, type(file));
      }

      private FailureType type(Path file) {
        return file.equals(approversFile)
            ? FailureType.INVALID_APPROVERS
            : FailureType.INVALID_GATE_POLICY;
      }
    };
  }
}
