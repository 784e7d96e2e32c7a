package io.countersign.activities.port;

import io.countersign.policy.GatePolicy.Issuer;
import io.countersign.release.Digest;

/** The keys that the gate policy names for an issuer of workload identities. */
@FunctionalInterface
public interface IssuerKeys {
  /**
   * Their digest, in the form of {@link io.countersign.grant.IdentityBinding.SlotIdentity#keys};
   * INVALID_GATE_POLICY when a file of the policy cannot be read.
   */
  Digest digest(Issuer issuer);
}
