package io.countersign.activities.grant;

import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Decisions;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.EmergencyReview;
import io.countersign.activities.release.Grounds;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.release.Standing;
import io.countersign.activity.DecisionView;
import io.countersign.activity.DecisionView.Status;
import io.countersign.activity.GrantActivities.GrantOutcome;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.GrantStatus;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.decision.Decision.Approved;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.Freeze;
import io.countersign.policy.Withdrawn;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import io.countersign.release.GateState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides again, then grants. Everything is read from the record and from the world; the request
 * says only which release is meant, so that a forged one can at most repeat what people have
 * approved (I3).
 */
public final class Granting {
  private final Dossiers dossiers;
  private final Reexamination reexamination;
  private final RoleWriting writing;
  private final Revoking revoking;
  private final ReleaseRecord record;
  private final GateRules rules;
  private final Decisions decisions;
  private final Ledger ledger;

  public Granting(
      Dossiers dossiers,
      Reexamination reexamination,
      RoleWriting writing,
      Revoking revoking,
      ReleaseRecord record,
      GateRules rules,
      Decisions decisions,
      Ledger ledger) {
    this.dossiers = dossiers;
    this.reexamination = reexamination;
    this.writing = writing;
    this.revoking = revoking;
    this.record = record;
    this.rules = rules;
    this.decisions = decisions;
    this.ledger = ledger;
  }

  /** Grants, or says why not. */
  public GrantOutcome grant(GrantRequest request) {
    Dossier dossier = dossiers.of(request.release());
    Rules now = rules.now();
    Standing standing = Standing.of(record, dossier.id());
    if (standing != Standing.CLEAR) {
      return no(
          dossier,
          GrantStatus.REFUSED,
          FailureType.NOT_NOW,
          "the record says that the release is " + standing,
          null);
    }
    List<Withdrawn> withdrawn = Withdrawn.of(now.policy(), dossier.manifest(), ledger.now());
    if (!withdrawn.isEmpty()) {
      return no(
          dossier,
          GrantStatus.REFUSED,
          FailureType.SUPPLIER_WITHDRAWN,
          withdrawn.get(0).toString(),
          null);
    }
    if (EmergencyReview.overdue(record, dossier.id(), ledger.now())) {
      return no(
          dossier,
          GrantStatus.REFUSED,
          FailureType.REVIEW_OVERDUE,
          FailureType.REVIEW_OVERDUE.sentence(),
          null);
    }
    // What was live before is never frozen: a rollback or a restoration ends an incident, it begins
    // no release (ADR 0037).
    boolean liveBefore =
        record.grants().grants(dossier.id()).stream().anyMatch(grant -> grant.liveAt() != null);
    Optional<Freeze> freeze =
        liveBefore
            ? Optional.empty()
            : now.policy()
                .freeze(
                    dossier.id().environment(), dossier.tier().emergency() != null, ledger.now());
    if (freeze.isPresent()) {
      return frozen(dossier, freeze.get());
    }
    Grounds grounds;
    try {
      decisions.rights(dossier, now);
      grounds = reexamination.decide(dossier, now);
      DecisionView decision = grounds.view();
      if (decision.status() == Status.APPROVED) {
        decisions.approved(dossier, now, grounds, RoleWriting.key(request));
      } else if (decision.status() == Status.REJECTED) {
        decisions.rejected(dossier, now, grounds);
      }
      if (decision.status() != Status.APPROVED) {
        return no(
            dossier,
            decision.status() == Status.REJECTED ? GrantStatus.REFUSED : GrantStatus.NOT_APPROVED,
            decision.type() == null ? FailureType.NOT_APPROVED : decision.type(),
            why(decision),
            decision);
      }
    } catch (GateException changed) {
      if (changed.type() == FailureType.SCOPE_CHANGED) {
        return no(dossier, GrantStatus.SCOPE_CHANGED, changed.type(), detail(changed), null);
      }
      if (changed.type().retryable()) {
        throw changed;
      }
      return no(dossier, GrantStatus.REFUSED, changed.type(), detail(changed), null);
    }
    return write(request, dossier, grounds);
  }

  private GrantOutcome write(GrantRequest request, Dossier dossier, Grounds grounds) {
    Approved decision = (Approved) grounds.decision();
    try {
      Grant grant = writing.write(request, dossier, decision.until());
      return new GrantOutcome(
          GrantStatus.GRANTED,
          grant.slot(),
          grant.grantId().toString(),
          grant.liveAt(),
          grant.expiresAt(),
          null,
          "role " + dossier.id().version() + " in slot " + grant.slot(),
          null,
          null,
          null,
          endsBy(grant, decision),
          null,
          EmergencyReview.open(record, dossier.id()).orElse(null));
    } catch (GateException failure) {
      if (failure.type() == FailureType.NOT_APPROVED) {
        return no(
            dossier, GrantStatus.NOT_APPROVED, failure.type(), detail(failure), grounds.view());
      }
      if (failure.type() == FailureType.SCOPE_CHANGED) {
        takeBack(request, dossier, detail(failure));
        return no(dossier, GrantStatus.SCOPE_CHANGED, failure.type(), detail(failure), null);
      }
      if (failure.type() != FailureType.NO_FREE_SLOT) {
        throw failure;
      }
      return new GrantOutcome(
          GrantStatus.NO_SLOT,
          null,
          null,
          null,
          null,
          failure.type(),
          detail(failure),
          null,
          null,
          writing.inTheWay(dossier.id()).orElse(null));
    }
  }

  /** Which waivers end a grant before its validity does; null where none does. */
  private static @Nullable String endsBy(Grant grant, Approved decision) {
    Instant until = decision.until();
    if (until == null || grant.expiresAt().isBefore(until.truncatedTo(ChronoUnit.MICROS))) {
      return null;
    }
    return decision.waivers().stream()
        .filter(waiver -> !waiver.ends().isAfter(until))
        .map(waiver -> "the waiver of " + waiver.check() + " by " + waiver.person())
        .distinct()
        .collect(Collectors.joining(" and "));
  }

  /**
   * Ends a role that was written although the scope had just changed, without waiting for a
   * workflow to ask for it.
   */
  private void takeBack(GrantRequest request, Dossier dossier, String why) {
    try {
      revoking.revoke(
          new RevokeRequest(dossier.id(), request.generation(), GateState.CHECKING, why));
    } catch (GateException unproved) {
      // The outcome names the grant that is still open, and the workflow goes on revoking it.
      return;
    }
  }

  /** A refusal names the grant that an earlier attempt left open, so that the workflow ends it. */
  private GrantOutcome no(
      Dossier dossier,
      GrantStatus status,
      FailureType type,
      String detail,
      @Nullable DecisionView decision) {
    String open =
        record.grants().grants(dossier.id()).stream()
            .filter(grant -> grant.state() != GrantState.REVOKED)
            .map(grant -> grant.grantId().toString())
            .findFirst()
            .orElse(null);
    return new GrantOutcome(status, null, open, null, null, type, detail, decision, null, null);
  }

  private static String why(DecisionView decision) {
    String why = decision.why() == null ? decision.missing() : decision.why();
    return why == null ? FailureType.NOT_APPROVED.sentence() : why;
  }

  private GrantOutcome frozen(Dossier dossier, Freeze freeze) {
    String detail = "frozen until " + freeze.until() + ": " + freeze.reason();
    GrantOutcome no = no(dossier, GrantStatus.FROZEN, FailureType.NOT_NOW, detail, null);
    return new GrantOutcome(
        no.status(),
        null,
        no.grantId(),
        null,
        null,
        no.type(),
        no.detail(),
        null,
        freeze.end(),
        null,
        null,
        freeze.reason(),
        null);
  }

  private static String detail(GateException failure) {
    return String.valueOf(failure.getMessage()).substring(failure.type().name().length() + 2);
  }
}
