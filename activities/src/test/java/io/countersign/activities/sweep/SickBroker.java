package io.countersign.activities.sweep;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.GrantProof;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.Inspection;
import io.countersign.grant.ProbeState;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.release.ReleaseId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A broker that falls ill at a place or at a moment, and can be watched while it works. */
final class SickBroker implements CredentialBroker {
  private final CredentialBroker well;
  private final Map<SystemRef, Integer> healthyLooks = new HashMap<>();
  private boolean ill;
  @Nullable Runnable beforeRevoke;
  int revocations;

  SickBroker(CredentialBroker well) {
    this.well = well;
  }

  void ill(boolean on) {
    ill = on;
  }

  /** Looks at this system fail after so many. */
  void illAfter(SystemRef system, int looks) {
    healthyLooks.put(system, looks);
  }

  @Override
  public Inspection inspect(SystemRef system, Slot slot) {
    fault();
    Integer left = healthyLooks.computeIfPresent(system, (of, looks) -> looks - 1);
    if (left != null && left < 0) {
      throw new GateException(FailureType.VAULT_UNAVAILABLE, "sealed");
    }
    return well.inspect(system, slot);
  }

  @Override
  public RevocationProof revoke(ReleaseId release, Slot slot, List<String> policies) {
    fault();
    revocations++;
    if (beforeRevoke != null) {
      beforeRevoke.run();
    }
    return well.revoke(release, slot, policies);
  }

  @Override
  public void openProbe(SystemRef system, Slot slot, String subject, String audience) {
    well.openProbe(system, slot, subject, audience);
  }

  @Override
  public ProbeState probe(SystemRef system, Slot slot) {
    return well.probe(system, slot);
  }

  @Override
  public void closeProbe(SystemRef system, Slot slot) {
    fault();
    revocations++;
    well.closeProbe(system, slot);
  }

  @Override
  public GrantProof grant(GrantSpec spec) {
    return well.grant(spec);
  }

  @Override
  public Map<String, String> policies(List<String> names) {
    return well.policies(names);
  }

  @Override
  public IdentityBinding identity(SystemRef system) {
    return well.identity(system);
  }

  private void fault() {
    if (ill) {
      throw new GateException(FailureType.VAULT_UNAVAILABLE, "sealed");
    }
  }
}
