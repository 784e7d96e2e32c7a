package io.countersign.activities.sweep;

import io.countersign.activities.grant.Revoking;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.sweep.Suspect.DueGrant;
import io.countersign.activities.sweep.Suspect.Orphan;
import io.countersign.activity.GateJson;
import io.countersign.activity.SweepReport.Reason;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Inspection;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.Grant;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Ends one item: looks once more, records the intent, revokes, proves and records the end. Each
 * step may be repeated.
 */
final class Eviction {
  /** Tries per slot; after that a person must look, and is told so by every sweep. */
  private static final int MAX_ATTEMPTS = 10;

  private final ReleaseRecord record;
  private final CredentialBroker broker;
  private final GrantReview review;
  private final Dossiers dossiers;
  private final Revoking revoking;
  private final Alarms alarms;
  private final Ledger ledger;

  Eviction(
      ReleaseRecord record,
      CredentialBroker broker,
      GrantReview review,
      Dossiers dossiers,
      Revoking revoking,
      Alarms alarms,
      Ledger ledger) {
    this.record = record;
    this.broker = broker;
    this.review = review;
    this.dossiers = dossiers;
    this.revoking = revoking;
    this.alarms = alarms;
    this.ledger = ledger;
  }

  void evict(Suspect suspect, Tally tally) {
    try {
      if (suspect instanceof DueGrant due) {
        grant(due, tally);
      } else if (suspect instanceof Orphan orphan) {
        orphan(orphan, tally);
      }
    } catch (GateException failure) {
      tally.failed(suspect, failure);
      if (failure.type() == FailureType.REVOCATION_UNPROVED) {
        alarms.ring(
            suspect, "the sweeper could not prove the revocation: " + Tally.detail(failure));
      }
    }
  }

  private void grant(DueGrant due, Tally tally) {
    SystemRef system = due.system();
    Optional<Grant> open =
        record.grants().openGrants(system.environment(), system.system()).stream()
            .filter(grant -> grant.grantId().equals(due.grant().grantId()))
            .findFirst();
    if (open.isEmpty()
        || (due.reason() != Reason.OVER_AGE && !review.stillDue(open.get(), tally.at()))) {
      tally.left(due, "changed while the sweep was looking");
      return;
    }
    // Vault must answer before the record is changed: "could not look" touches nothing.
    Inspection seen = broker.inspect(system, due.slot());
    if (exhausted(due, seen, tally)) {
      return;
    }
    Grant grant = open.get();
    intend(grant, due.reason());
    Grant begun =
        record
            .grants()
            .beginRevocation(grant.release())
            .filter(now -> now.grantId().equals(grant.grantId()))
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.RECORD_CONFLICT, "the grant changed hands meanwhile"));
    clearStrangers(begun, seen);
    RevocationProof proof =
        revoking.end(begun, policies(grant.release()), "swept: " + due.reason());
    tellEnd(begun);
    done(due);
    record.sweeps().seen(grant.release());
    tally.revoked(due, "proved at " + proof.at());
  }

  /** What is intended stands in the record before Vault is touched. */
  private void intend(Grant grant, Reason reason) {
    ReleaseId release = grant.release();
    ledger.append(
        release,
        EntryKind.SWEEP,
        "sweep/" + grant.grantId() + "/" + reason,
        body ->
            body.put("grantId", grant.grantId().toString())
                .put("slot", grant.slot().toString())
                .put("reason", reason.name()));
    if (grant.state().writable()) {
      GateState next = reason == Reason.OVER_AGE ? GateState.EXPIRED : GateState.FAILED;
      ledger.append(
          release,
          EntryKind.REVOCATION,
          "revocation/sweep/" + grant.grantId() + "/" + next,
          body -> body.put("next", next.name()).put("reason", "swept: " + reason));
    }
  }

  /** Roles beside the one of a grant that ends: nobody's, and in the way of the proof. */
  private void clearStrangers(Grant grant, Inspection seen) {
    String own = grant.release().version();
    for (ReleaseId other : Suspect.releasesOf(seen)) {
      if (!other.equals(grant.release())) {
        broker.revoke(other, grant.slot(), policies(other));
      }
    }
    if (seen.roles().stream().anyMatch(SlotRole::isProbe)
        && seen.roles().stream().noneMatch(role -> role.name().equals(own))) {
      broker.closeProbe(seen.system(), grant.slot());
    }
  }

  /** For readers: the state that was meant when the revocation was begun, if it is an end. */
  private void tellEnd(Grant grant) {
    List<Entry> begun = record.entries().entries(grant.release(), Set.of(EntryKind.REVOCATION));
    GateState next = GateState.FAILED;
    if (!begun.isEmpty()) {
      String told = Dossiers.json(begun.get(begun.size() - 1).body()).path("next").asText();
      GateState meant = GateState.valueOf(told);
      boolean rests = meant == GateState.SUSPENDED || meant == GateState.STANDBY;
      next = meant.ended() || rests ? meant : next;
    }
    ledger.state(
        grant.release(),
        EntryKind.STATE,
        "state/sweep/" + grant.grantId(),
        next.name(),
        "ended by the sweeper");
  }

  private void orphan(Orphan orphan, Tally tally) {
    SystemRef system = orphan.system();
    Slot slot = orphan.slot();
    Inspection now = broker.inspect(system, slot);
    if (now.isEmpty()) {
      tally.left(orphan, "gone while the sweep was looking");
      return;
    }
    if (exhausted(orphan, now, tally)) {
      return;
    }
    String sweep = tally.at() + "/" + slot;
    for (ReleaseId release : orphan.releases()) {
      ledger.append(
          release,
          EntryKind.SWEEP,
          "sweep/" + sweep,
          body -> body.put("slot", slot.toString()).put("reason", orphan.reason().name()));
    }
    Optional<List<RevocationProof>> proofs =
        record
            .grants()
            .whileFree(system.environment(), system.system(), slot, () -> clear(system, slot));
    if (proofs.isEmpty()) {
      tally.left(orphan, "the slot was given to a release meanwhile");
      return;
    }
    for (RevocationProof proof : proofs.get()) {
      ledger.append(
          proof.release(),
          EntryKind.REVOCATION_PROVED,
          "revocation-proved/sweep/" + sweep,
          body ->
              body.put("reason", "swept: " + orphan.reason())
                  .set("proof", GateJson.mapper().valueToTree(proof)));
    }
    List<String> strangers = Suspect.strangersOf(now);
    if (!strangers.isEmpty()) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "no release can have the roles " + strangers);
    }
    done(orphan);
    tally.revoked(orphan, "slot " + slot + " is proved to be empty");
  }

  private List<RevocationProof> clear(SystemRef system, Slot slot) {
    Inspection now = broker.inspect(system, slot);
    List<RevocationProof> proofs = new ArrayList<>();
    for (ReleaseId release : Suspect.releasesOf(now)) {
      proofs.add(broker.revoke(release, slot));
    }
    boolean probe = now.roles().stream().anyMatch(SlotRole::isProbe);
    boolean tokensAlone = now.roles().isEmpty() && now.liveLeases() > 0;
    if (tokensAlone || (probe && Suspect.strangersOf(now).isEmpty())) {
      broker.closeProbe(system, slot);
    }
    return proofs;
  }

  /** A slot that somebody has emptied by hand is tried again: only the proof is missing. */
  private boolean exhausted(Suspect suspect, Inspection seen, Tally tally) {
    SystemRef system = suspect.system();
    int tries = record.sweeps().attempt(system.environment(), system.system(), suspect.slot());
    if (tries <= MAX_ATTEMPTS || seen.isEmpty()) {
      return false;
    }
    String why =
        "slot " + suspect.slot() + " was tried " + MAX_ATTEMPTS + " times; empty it by hand";
    tally.refused(suspect, FailureType.REVOCATION_UNPROVED, why);
    alarms.ring(suspect, why);
    return true;
  }

  private void done(Suspect suspect) {
    SystemRef system = suspect.system();
    record.sweeps().cleaned(system.environment(), system.system(), suspect.slot());
  }

  /** Taking away is never blocked by a dossier that cannot be read. */
  private List<String> policies(ReleaseId release) {
    try {
      return dossiers.of(release).manifest().access().policies();
    } catch (GateException unreadable) {
      if (unreadable.type().retryable()) {
        throw unreadable;
      }
      return List.of();
    }
  }
}
