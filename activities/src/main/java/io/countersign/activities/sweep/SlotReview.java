package io.countersign.activities.sweep;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.WorkflowDirectory;
import io.countersign.activities.sweep.Suspect.Orphan;
import io.countersign.activity.SweepReport.Reason;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Inspection;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Whether an open grant stands behind what the slots hold. */
final class SlotReview {
  private final ReleaseRecord record;
  private final CredentialBroker broker;
  private final WorkflowDirectory directory;
  private final Alarms alarms;

  SlotReview(
      ReleaseRecord record, CredentialBroker broker, WorkflowDirectory directory, Alarms alarms) {
    this.record = record;
    this.broker = broker;
    this.directory = directory;
    this.alarms = alarms;
  }

  /**
   * What the slots hold. To be read before the grants are: a role is written only under a grant
   * that was opened earlier, so whatever is seen here and has no grant afterwards is an orphan.
   *
   * @throws GateException the failure of the broker, when no slot could be looked at
   */
  List<Inspection> inspect(SortedSet<SystemRef> systems, Tally tally) {
    List<Inspection> seen = new ArrayList<>();
    @Nullable GateException blind = null;
    for (SystemRef system : systems) {
      for (Slot slot : Slot.values()) {
        try {
          seen.add(broker.inspect(system, slot));
        } catch (GateException failure) {
          if (failure.type() == FailureType.NOT_ONBOARDED) {
            tally.left(system, slot, null, Reason.UNKNOWN, Tally.detail(failure));
          } else {
            blind = blind == null ? failure : blind;
            tally.failed(system, slot, null, failure);
          }
        }
      }
    }
    if (blind != null && seen.isEmpty()) {
      throw blind;
    }
    return seen;
  }

  /**
   * The slots whose content nobody answers for.
   *
   * @param due slots that will be revoked in any case
   */
  List<Orphan> orphans(List<Inspection> seen, List<Grant> grants, Set<Grant> due, Tally tally) {
    List<Orphan> orphans = new ArrayList<>();
    for (Inspection slot : seen) {
      Optional<Grant> holder =
          grants.stream()
              .filter(grant -> SystemRef.of(grant.release()).equals(slot.system()))
              .filter(grant -> grant.slot() == slot.slot())
              .findFirst();
      try {
        if (holder.isEmpty()) {
          free(slot, tally).ifPresent(orphans::add);
        } else if (!due.contains(holder.get())) {
          shared(slot, holder.get(), tally);
        }
      } catch (GateException failure) {
        tally.failed(slot.system(), slot.slot(), null, failure);
      }
    }
    return orphans;
  }

  private Optional<Orphan> free(Inspection slot, Tally tally) {
    SystemRef system = slot.system();
    if (slot.isEmpty()) {
      record.sweeps().cleaned(system.environment(), system.system(), slot.slot());
      tally.inOrder();
      return Optional.empty();
    }
    if (slot.roles().stream().anyMatch(role -> !role.isProbe())) {
      return Optional.of(new Orphan(slot, Reason.ORPHAN_ROLE));
    }
    if (slot.roles().isEmpty()) {
      return Optional.of(new Orphan(slot, Reason.ORPHAN_TOKENS));
    }
    if (awaited(system)) {
      tally.inOrder();
      return Optional.empty();
    }
    return Optional.of(new Orphan(slot, Reason.ORPHAN_PROBE));
  }

  private boolean awaited(SystemRef system) {
    return record.releases().incomplete(system.environment(), system.system()).stream()
        .filter(release -> record.identities().identityProof(release).isEmpty())
        .anyMatch(directory::running);
  }

  /**
   * A stranger beside a live release is not revoked here, because the live tokens would go with it:
   * the drift watch of that release sees it too, suspends, and leaves an orphan.
   */
  private void shared(Inspection slot, Grant holder, Tally tally) {
    List<String> others =
        slot.othersThan(holder.release().version()).stream()
            .filter(name -> holder.state() == GrantState.LIVE || !name.equals(SlotRole.PROBE))
            .toList();
    if (!others.isEmpty()) {
      String why = "slot " + slot.slot() + " also holds " + others + ", whose tokens look the same";
      tally.refused(
          slot.system(),
          slot.slot(),
          holder.release(),
          Reason.SHARED_SLOT,
          FailureType.RECORD_CONFLICT,
          why);
      alarms.ring(holder.release(), why);
    }
  }
}
