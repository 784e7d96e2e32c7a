package io.countersign.worker.gate;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.grant.GrantProof;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.Inspection;
import io.countersign.grant.ProbeState;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Map;

/** A broker at which something happens right before a role is written, or an identity read. */
final class InterruptedBroker implements CredentialBroker {
  private final CredentialBroker broker;
  volatile Runnable beforeGrant = () -> {};
  volatile Runnable beforeIdentity = () -> {};

  InterruptedBroker(CredentialBroker broker) {
    this.broker = broker;
  }

  @Override
  public GrantProof grant(GrantSpec spec) {
    beforeGrant.run();
    return broker.grant(spec);
  }

  @Override
  public void openProbe(SystemRef system, Slot slot, String subject, String audience) {
    broker.openProbe(system, slot, subject, audience);
  }

  @Override
  public ProbeState probe(SystemRef system, Slot slot) {
    return broker.probe(system, slot);
  }

  @Override
  public void closeProbe(SystemRef system, Slot slot) {
    broker.closeProbe(system, slot);
  }

  @Override
  public Inspection inspect(SystemRef system, Slot slot) {
    return broker.inspect(system, slot);
  }

  @Override
  public RevocationProof revoke(ReleaseId release, Slot slot, List<String> policies) {
    return broker.revoke(release, slot, policies);
  }

  @Override
  public Map<String, String> policies(List<String> names) {
    return broker.policies(names);
  }

  @Override
  public IdentityBinding identity(SystemRef system) {
    beforeIdentity.run();
    return broker.identity(system);
  }
}
