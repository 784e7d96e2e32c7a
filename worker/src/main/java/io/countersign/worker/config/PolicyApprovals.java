package io.countersign.worker.config;

import io.countersign.activities.adapter.signing.PolicyApproval;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The approvals of the policy owners that a file names; the file has the form of approvers.yaml.
 */
public final class PolicyApprovals {
  private PolicyApprovals() {}

  public static PolicyApproval by(Path ownersFile, Clock clock) {
    return new PolicyApproval(() -> GateAssembly.reader().approvers(ownersFile).approvers(), clock);
  }
}
