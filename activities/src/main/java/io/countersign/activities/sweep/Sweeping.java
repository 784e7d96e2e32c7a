package io.countersign.activities.sweep;

import io.countersign.activities.grant.Revoking;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.Notifier;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.WorkflowDirectory;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.release.Standing;
import io.countersign.activities.sweep.Suspect.DueGrant;
import io.countersign.activities.sweep.Suspect.Orphan;
import io.countersign.activity.SweepReport;
import io.countersign.activity.SweepReport.Reason;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Inspection;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One pass over all grants and slots: look at everything first, then stop if it is too much, then
 * revoke item by item (design, section 4.7; invariants I7, I8). A release that is live with a
 * running workflow is never touched.
 */
public final class Sweeping {
  private final ReleaseRecord record;
  private final WorkflowDirectory directory;
  private final GateRules rules;
  private final Ledger ledger;
  private final GrantReview grantReview;
  private final SlotReview slotReview;
  private final Alarms alarms;
  private final Eviction eviction;

  public Sweeping(
      ReleaseRecord record,
      CredentialBroker broker,
      WorkflowDirectory directory,
      GateRules rules,
      Dossiers dossiers,
      Revoking revoking,
      Notifier notifier,
      Ledger ledger) {
    this.record = record;
    this.directory = directory;
    this.rules = rules;
    this.ledger = ledger;
    this.grantReview = new GrantReview(record, directory);
    this.alarms = new Alarms(ledger, notifier);
    this.slotReview = new SlotReview(record, broker, directory, alarms);
    this.eviction = new Eviction(record, broker, grantReview, dossiers, revoking, alarms, ledger);
  }

  /**
   * Sweeps, unless another sweep is running anywhere.
   *
   * @throws GateException with nothing touched: TEMPORAL_UNAVAILABLE, VAULT_UNAVAILABLE,
   *     VAULT_DENIED or DATABASE_UNAVAILABLE when one of them answers nothing at all;
   *     INVALID_GATE_POLICY when nobody can say which systems there are
   */
  public SweepReport sweep() {
    return record.sweeps().alone(this::pass).orElseGet(() -> SweepReport.busy(ledger.now()));
  }

  private SweepReport pass() {
    GatePolicy policy = rules.now().policy();
    String namespaceId = directory.namespaceId();
    Tally tally = new Tally(ledger.now());
    List<Inspection> seen = slotReview.inspect(systems(policy), tally);
    List<Grant> grants = record.grants().openGrants();
    tally.lookedAt(grants.size(), seen.size());
    List<Suspect> suspects = new ArrayList<>();
    List<DueGrant> due = grantReview.due(grants, namespaceId, tally);
    suspects.addAll(due);
    Set<Grant> dueGrants = due.stream().map(DueGrant::grant).collect(Collectors.toSet());
    suspects.addAll(slotReview.orphans(seen, grants, dueGrants, tally));
    for (Suspect suspect : limited(suspects, policy.lifecycle().sweepLimit(), tally)) {
      eviction.evict(suspect, tally);
    }
    return tally.report();
  }

  private SortedSet<SystemRef> systems(GatePolicy policy) {
    SortedSet<SystemRef> systems = new TreeSet<>(Comparator.comparing(SystemRef::toString));
    policy
        .systems()
        .forEach(system -> systems.add(new SystemRef(system.environment(), system.name())));
    record.grants().openGrants().forEach(grant -> systems.add(SystemRef.of(grant.release())));
    return systems;
  }

  /**
   * What may be revoked: everything, or beyond the limit only what is over its age. The end of
   * validity is written in the record and cannot come from asking the wrong server.
   */
  private List<Suspect> limited(List<Suspect> suspects, int limit, Tally tally) {
    long harm = suspects.stream().mapToLong(this::harm).sum();
    if (harm <= limit) {
      return suspects;
    }
    tally.blastRadius();
    String why = "the sweep would revoke " + harm + " releases, allowed are " + limit;
    List<Suspect> allowed = new ArrayList<>();
    for (Suspect suspect : suspects) {
      if (suspect.reason() == Reason.OVER_AGE) {
        allowed.add(suspect);
      } else {
        tally.refused(suspect, FailureType.BLAST_RADIUS, why);
        alarms.ring(suspect, why);
      }
    }
    return allowed;
  }

  /** How many releases would lose access that the record has not already said should end. */
  private long harm(Suspect suspect) {
    if (suspect instanceof DueGrant due
        && (due.reason() == Reason.OVER_AGE || due.grant().state() == GrantState.REVOKING)) {
      return 0;
    }
    if (suspect instanceof Orphan && suspect.releases().isEmpty()) {
      return suspect.reason() == Reason.ORPHAN_PROBE ? 0 : 1;
    }
    return suspect.releases().stream()
        .filter(release -> Standing.of(record, release) == Standing.CLEAR)
        .count();
  }
}
