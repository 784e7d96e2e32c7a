package io.countersign.activities.port;

import io.countersign.activities.signoff.VerificationKey;
import io.countersign.policy.Approvers;
import io.countersign.policy.ExternalWorker;
import java.util.List;

/** Makes verification keys of the texts in the gate's rule files. */
public interface KeyReader {
  /** Every key that is listed, revoked ones too; INVALID_APPROVERS when one cannot be read. */
  KeyDirectory of(Approvers approvers);

  /** The keys of who answers an external check; INVALID_GATE_POLICY when one cannot be read. */
  List<VerificationKey> of(ExternalWorker worker);

  /** The keys of decision nodes; INVALID_GATE_POLICY when one cannot be read. */
  List<VerificationKey> ofNodes(List<String> keys);
}
