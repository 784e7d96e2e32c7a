package io.countersign.activities.grant;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.ProbeState;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.record.EntryKind;
import io.countersign.record.Grant;
import io.countersign.record.IdentityProof;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Has the workload's identity proved: it logs in to the role {@code probe}, which gives no right,
 * Vault verifies its JWT, and the gate sees that somebody did. No token passes through here.
 */
public final class IdentityProving {
  private static final String TOLD = "identity-proved";

  private final Dossiers dossiers;
  private final ReleaseRecord record;
  private final CredentialBroker broker;
  private final Ledger ledger;

  public IdentityProving(
      Dossiers dossiers, ReleaseRecord record, CredentialBroker broker, Ledger ledger) {
    this.dossiers = dossiers;
    this.record = record;
    this.broker = broker;
    this.ledger = ledger;
  }

  /** When the identity was proved; IDENTITY_NOT_PROVED (retryable) until then. */
  public Instant prove(ReleaseId release) {
    Optional<IdentityProof> known = record.identities().identityProof(release);
    if (known.isPresent()) {
      // Whoever proved it may have been stopped before the entry.
      tell(release, known.get().subject(), known.get().audience());
      return known.get().at();
    }
    Dossier dossier = dossiers.of(release);
    SystemPolicy system = dossier.system();
    SystemRef ref = SystemRef.of(release);
    Slot slot =
        freeSlot(release)
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.NO_FREE_SLOT, FailureType.NO_FREE_SLOT.sentence()));
    if (!whileFree(ref, slot, () -> seen(ref, slot, system)).orElse(false)) {
      throw new GateException(
          FailureType.IDENTITY_NOT_PROVED,
          "no login as probe in slot " + slot + " of " + ref + " yet");
    }
    Instant at = ledger.now();
    record
        .identities()
        .recordIdentityProof(
            release,
            new IdentityProof(system.subject(), system.audience(), dossier.issuer().issuer(), at));
    tell(release, system.subject(), system.audience());
    whileFree(
        ref,
        slot,
        () -> {
          broker.closeProbe(ref, slot);
          return true;
        });
    return at;
  }

  private void tell(ReleaseId release, String subject, String audience) {
    if (!ledger.has(release, EntryKind.IDENTITY_PROVED, TOLD)) {
      ledger.append(
          release,
          EntryKind.IDENTITY_PROVED,
          TOLD,
          body -> body.put("subject", subject).put("audience", audience));
    }
  }

  /**
   * Does something with a slot that no grant may take meanwhile: a probe beside another release's
   * role would spoil its grant for good.
   */
  private Optional<Boolean> whileFree(SystemRef ref, Slot slot, Supplier<Boolean> work) {
    return record.grants().whileFree(ref.environment(), ref.system(), slot, work);
  }

  private boolean seen(SystemRef ref, Slot slot, SystemPolicy system) {
    try {
      return broker.probe(ref, slot) == ProbeState.SEEN;
    } catch (GateException notOpen) {
      if (notOpen.type() != FailureType.RECORD_CONFLICT) {
        throw notOpen;
      }
      broker.openProbe(ref, slot, system.subject(), system.audience());
      return false;
    }
  }

  private Optional<Slot> freeSlot(ReleaseId release) {
    List<Slot> taken =
        record.grants().openGrants(release.environment(), release.system()).stream()
            .map(Grant::slot)
            .toList();
    return Stream.of(Slot.values()).filter(slot -> !taken.contains(slot)).findFirst();
  }
}
