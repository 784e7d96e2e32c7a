package io.countersign.activities.adapter.vault;

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
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Two slots per system and one role per release, on HashiCorp Vault or OpenBao. See ADR 0003. */
public final class VaultCredentialBroker implements CredentialBroker {
  private final VaultClient grant;
  private final VaultSlots slots;
  private final VaultRevocation revocation;
  private final Clock clock;
  private final LentSecrets lent;

  /**
   * @param grantAs the identity under the grant policy
   * @param watchAs the identity under the watch policy; the only one that reads
   * @param settle time between the two looks of a proof; longer than a login takes
   * @param lent prefixes of leases that a system's policies can take, checked for leftovers
   */
  public VaultCredentialBroker(
      VaultSettings settings,
      VaultIdentity grantAs,
      VaultIdentity watchAs,
      Clock clock,
      Duration settle,
      LentSecrets lent) {
    this.grant = new VaultClient(settings, grantAs, clock);
    this.slots = new VaultSlots(new VaultClient(settings, watchAs, clock));
    this.revocation = new VaultRevocation(grant, slots, clock, settle);
    this.clock = clock;
    this.lent = lent;
  }

  @Override
  public void openProbe(SystemRef system, Slot slot, String subject, String audience) {
    SlotRole probe =
        SlotRole.probe(
            slot, VaultNames.claim("subject", subject), VaultNames.claim("audience", audience));
    Inspection before = slots.inspect(system, slot);
    refuseOthers(before, SlotRole.PROBE);
    if (before.roles().stream().anyMatch(role -> role.differences(probe).isEmpty())) {
      return;
    }
    if (!before.isEmpty()) {
      revocation.empty(system, slot, SlotRole.PROBE, List::of);
    }
    write(system, probe);
    requireAlone(slots.inspect(system, slot), probe);
  }

  @Override
  public ProbeState probe(SystemRef system, Slot slot) {
    Inspection now = slots.inspect(system, slot);
    refuseOthers(now, SlotRole.PROBE);
    if (now.roles().isEmpty()) {
      throw conflict(now, "holds no probe");
    }
    return now.liveLeases() > 0 ? ProbeState.SEEN : ProbeState.NOT_SEEN;
  }

  @Override
  public void closeProbe(SystemRef system, Slot slot) {
    refuseOthers(slots.inspect(system, slot), SlotRole.PROBE);
    revocation.empty(system, slot, SlotRole.PROBE, List::of);
  }

  @Override
  public GrantProof grant(GrantSpec spec) {
    VaultNames.claim("subject", spec.subject());
    VaultNames.claim("audience", spec.audience());
    spec.policies().forEach(VaultNames::policy);
    SystemRef system = SystemRef.of(spec.release());
    SlotRole role = SlotRole.of(spec);
    // A missing policy must be known before a role names it: whoever creates it later would fill
    // the grant.
    slots.policies(spec.policies());
    Inspection before = slots.inspect(system, spec.slot());
    if (before.isEmpty()) {
      write(system, role);
    } else {
      requireAlone(before, role);
    }
    requireAlone(slots.inspect(system, spec.slot()), role);
    SortedMap<String, Digest> policies = new TreeMap<>();
    slots
        .policies(spec.policies())
        .forEach(
            (name, body) -> policies.put(name, Digest.of(body.getBytes(StandardCharsets.UTF_8))));
    return new GrantProof(spec.release(), spec.slot(), role, policies, clock.instant());
  }

  @Override
  public Inspection inspect(SystemRef system, Slot slot) {
    return slots.inspect(system, slot);
  }

  @Override
  public RevocationProof revoke(ReleaseId release, Slot slot, List<String> policies) {
    SystemRef system = SystemRef.of(release);
    Inspection before = slots.inspect(system, slot);
    List<SlotRole> own =
        before.roles().stream().filter(role -> role.name().equals(release.version())).toList();
    if (own.isEmpty()) {
      refuseOthers(before, release.version());
    }
    TreeSet<String> readable = new TreeSet<>(policies);
    own.forEach(role -> readable.addAll(role.policies()));
    VaultRevocation.Emptied emptied =
        revocation.empty(
            system,
            slot,
            release.version(),
            () -> lent.prefixes(system).stream().map(VaultNames::leasePrefix).toList());
    return new RevocationProof(
        release,
        slot,
        !own.isEmpty(),
        Math.max(before.liveLeases(), emptied.leasesFound()),
        emptied.rounds(),
        emptied.firstAt(),
        emptied.at(),
        emptied.leasePrefixes(),
        List.copyOf(readable));
  }

  @Override
  public Map<String, String> policies(List<String> names) {
    return slots.policies(names);
  }

  @Override
  public IdentityBinding identity(SystemRef system) {
    return slots.identity(system);
  }

  private void write(SystemRef system, SlotRole role) {
    grant.write(
        VaultSlots.mount(system, role.slot()) + "/role/" + role.name(),
        VaultRoles.parameters(role));
  }

  private static void requireAlone(Inspection seen, SlotRole role) {
    seen.conflictWith(role)
        .ifPresent(
            what -> {
              throw conflict(seen, what);
            });
  }

  private static void refuseOthers(Inspection seen, String name) {
    List<String> others = seen.othersThan(name);
    if (!others.isEmpty()) {
      throw conflict(seen, "holds " + others);
    }
  }

  private static GateException conflict(Inspection seen, String what) {
    return new GateException(
        FailureType.RECORD_CONFLICT, seen.system() + " slot " + seen.slot() + " " + what);
  }
}
