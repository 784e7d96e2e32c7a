package io.countersign.activities.release;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.scope.DifferenceWords;
import io.countersign.activity.DecisionView;
import io.countersign.activity.ExternalCheck;
import io.countersign.activity.Resolution;
import io.countersign.activity.SubmissionActivities;
import io.countersign.check.CheckResult;
import io.countersign.decision.Decision.Rejected;
import io.countersign.decision.Review;
import io.countersign.failure.FailureType;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The activities of {@link SubmissionActivities} over the record. */
public final class SubmissionActivitiesImpl implements SubmissionActivities {
  private final Intake intake;
  private final Dossiers dossiers;
  private final Evidence evidence;
  private final ReleaseRecord record;
  private final GateRules rules;
  private final CredentialBroker broker;
  private final Decisions decisions;
  private final EmergencyReview emergencies;
  private final Ledger ledger;

  public SubmissionActivitiesImpl(
      Intake intake,
      Dossiers dossiers,
      Evidence evidence,
      ReleaseRecord record,
      GateRules rules,
      CredentialBroker broker,
      Decisions decisions,
      EmergencyReview emergencies,
      Ledger ledger) {
    this.intake = intake;
    this.dossiers = dossiers;
    this.evidence = evidence;
    this.record = record;
    this.rules = rules;
    this.broker = broker;
    this.decisions = decisions;
    this.emergencies = emergencies;
    this.ledger = ledger;
  }

  @Override
  public Resolution resolve(io.countersign.activity.Submission asked) {
    FrozenRelease frozen = intake.take(asked);
    Dossier dossier = dossiers.of(frozen);
    emergencies.announce(dossier, rules.now());
    return new Resolution(
        frozen.releaseDigest(),
        frozen.submitter(),
        frozen.tier(),
        Intake.changes(frozen),
        dossier.tier().checks().stream().map(rule -> rule.check()).toList(),
        dossier.tier().requirements(),
        dossier.tier().signOffs(),
        dossier.policy().lifecycle(),
        dossier.manifest().access().validity(),
        frozen.predecessor(),
        external(dossier),
        differences(dossier),
        EmergencyCase.of(dossier).map(EmergencyCase::words).orElse(null));
  }

  private static List<ExternalCheck> external(Dossier dossier) {
    List<ExternalCheck> external = new ArrayList<>();
    for (CheckRule rule : dossier.tier().checks()) {
      if (rule.worker() != null) {
        external.add(ExternalCheck.of(rule.check(), rule.worker()));
      }
    }
    return external;
  }

  private List<String> differences(Dossier dossier) {
    ReleaseId predecessor = dossier.frozen().predecessor();
    @Nullable Dossier old = predecessor == null ? null : dossiers.of(predecessor);
    return DifferenceWords.between(
        old == null ? null : old.manifest(),
        old == null ? new TreeMap<>() : old.frozenPolicies(),
        dossier.manifest(),
        dossier.frozenPolicies(),
        Intake.changes(dossier.frozen()));
  }

  @Override
  public ReviewOutcome review(ReviewRequest request) {
    Dossier dossier = dossiers.of(request.release());
    int round = evidence.begin(dossier, request.round());
    Rules now = rules.now();
    decisions.rights(dossier, now);
    List<CheckResult> checks = evidence.checks(dossier, round);
    Digest digest =
        evidence.reviewDigest(dossier.id(), round).orElseGet(() -> write(dossier, round, checks));
    Standing standing = Standing.of(record, dossier.id());
    DecisionView decision =
        standing == Standing.ENDED
            ? DecisionView.of(
                new Rejected(
                    FailureType.NOT_NOW, "the record says that the release is " + standing),
                List.of())
            : judged(dossier, now, round, digest, checks);
    List<Grant> grants = record.grants().grants(dossier.id());
    boolean open = grants.stream().anyMatch(grant -> grant.state() != GrantState.REVOKED);
    GateState rests =
        switch (standing) {
          case SUSPENDED -> GateState.SUSPENDED;
          case STANDBY -> GateState.STANDBY;
          case CLEAR, ENDED -> null;
        };
    Instant since =
        rests == null ? null : Standing.forbiddenSince(record, dossier.id()).orElseThrow();
    boolean known = round == request.round() && grants.isEmpty() && rests == null;
    return new ReviewOutcome(
        digest, decision, open, known ? null : new Past(round, grants.size(), rests, since));
  }

  /** What people and checks say; a "no" is told to the record with its grounds. */
  private DecisionView judged(
      Dossier dossier, Rules now, int round, Digest digest, List<CheckResult> checks) {
    Grounds grounds =
        Grounds.judged(
            round,
            dossier.requirements(digest, now),
            checks,
            evidence.signOffs(dossier.id(), now.keys()),
            ledger.now());
    if (grounds.decision() instanceof Rejected) {
      decisions.rejected(dossier, now, grounds);
    }
    return grounds.view();
  }

  private Digest write(Dossier dossier, int round, List<CheckResult> checks) {
    JudgedDocuments.named(dossier, checks);
    Review review =
        dossier.review(
            new TreeMap<>(broker.policies(dossier.manifest().access().policies())), checks);
    ledger.append(
        dossier.id(),
        EntryKind.REVIEW,
        Evidence.reviewKey(round).text(),
        body -> {
          body.put("round", round);
          body.put("reviewDigest", review.digest().toString());
          body.set("review", review.document());
        });
    return review.digest();
  }
}
