package io.countersign.activities.signoff;

import io.countersign.activities.port.Bearers;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.release.Decisions;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.EmergencyReview;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.Grounds;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.release.Standing;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.activity.MessageOutcome;
import io.countersign.check.CheckResult;
import io.countersign.decision.Decision.Rejected;
import io.countersign.decision.Judge;
import io.countersign.decision.Requirements;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.StatementNonce;
import io.countersign.release.Digest;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes sign-offs and take-backs. */
public final class SignOffDesk {
  private final SignedStatements statements;
  private final Evidence evidence;
  private final ReleaseRecord record;
  private final Decisions decisions;
  private final EmergencyReview emergencies;
  private final Ledger ledger;

  public SignOffDesk(
      SignedStatements statements,
      Evidence evidence,
      ReleaseRecord record,
      Decisions decisions,
      EmergencyReview emergencies,
      Ledger ledger) {
    this.statements = statements;
    this.evidence = evidence;
    this.record = record;
    this.decisions = decisions;
    this.emergencies = emergencies;
    this.ledger = ledger;
  }

  MessageOutcome take(
      AssessRequest request, byte[] envelope, Dossier dossier, Rules now, @Nullable String bearer) {
    SignOff signOff = statements.signOff(envelope, now.keys());
    int round = record.releases().reviewRound(dossier.id());
    Optional<Digest> review = evidence.reviewDigest(dossier.id(), round);
    while (isNo(signOff) && review.isEmpty() && round > 1) {
      // A round that is only begun must not silence a "no" (I13).
      round--;
      review = evidence.reviewDigest(dossier.id(), round);
    }
    if (request.state().ended() || review.isEmpty()) {
      throw refused(FailureType.NOT_NOW, signOff, "the release is " + request.state());
    }
    Requirements requirements = dossier.requirements(review.get(), now);
    List<CheckResult> checks = evidence.checks(dossier, round);
    List<SignOff> prior = evidence.signOffs(dossier.id(), now.keys());
    boolean again =
        prior.stream().anyMatch(s -> s.statementDigest().equals(signOff.statementDigest()));
    if (again && isNo(signOff) && Standing.of(record, dossier.id()) == Standing.CLEAR) {
      // Its effect was ended by a later restore; the old envelope must not suspend again.
      throw refused(FailureType.REPLAYED, signOff, FailureType.REPLAYED.sentence());
    }
    if (!again) {
      Judge.objection(requirements, checks, prior, signOff, ledger.now())
          .ifPresent(
              type -> {
                throw refused(type, signOff, type.sentence());
              });
      accept(request, signOff, bearer);
      prior = new ArrayList<>(prior);
      prior.add(signOff);
    }
    Grounds grounds = Grounds.judged(round, requirements, checks, prior, ledger.now());
    if (grounds.decision() instanceof Rejected) {
      decisions.rejected(dossier, now, grounds);
    }
    return new MessageOutcome(
        null,
        signOff.decision(),
        signOff.function(),
        null,
        null,
        signOff.person(),
        signOff.statementDigest(),
        line(signOff),
        grounds.view(),
        bearer,
        emergencies.take(dossier, requirements, checks, prior) ? Boolean.TRUE : null);
  }

  private void accept(AssessRequest request, SignOff signOff, @Nullable String bearer) {
    record
        .entries()
        .accept(
            ledger.entry(
                request.release(),
                EntryKind.SIGN_OFF,
                signOff.person(),
                EntryKey.signOff(signOff.statementDigest()),
                body -> {
                  body.set("envelope", Ledger.tree(request.envelope()));
                  if (bearer != null) {
                    body.put(Bearers.FIELD, bearer);
                  }
                  body.put("function", signOff.function().toString());
                  body.put("decision", signOff.decision().toString());
                  if (signOff.decision() == SignOffDecision.WAIVE) {
                    body.put("check", signOff.check()).put("until", signOff.ends().toString());
                  }
                }),
            new StatementNonce(signOff.person(), signOff.nonce()));
  }

  private static boolean isNo(SignOff signOff) {
    return signOff.decision() == SignOffDecision.TAKE_BACK
        || signOff.decision() == SignOffDecision.REJECT;
  }

  private static MessageActivitiesImpl.Refused refused(
      FailureType type, SignOff signOff, String detail) {
    return new MessageActivitiesImpl.Refused(
        type, signOff.person(), signOff.statementDigest(), detail);
  }

  private static String line(SignOff signOff) {
    String what =
        signOff.decision() == SignOffDecision.WAIVE
            ? "waives " + signOff.check() + " until " + signOff.ends()
            : signOff.decision() + " for " + signOff.function();
    return what + ": " + signOff.reason();
  }
}
