package io.countersign.activities.runtime;

import io.countersign.activities.port.DecisionLedger;
import io.countersign.activities.port.DecisionLedger.Decided;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveDecisions;
import io.countersign.activities.port.LiveDecisions.View;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.activities.port.RuntimeVerdict;
import io.countersign.activities.port.WorkloadTokens.Caller;
import io.countersign.activities.runtime.ApprovedPolicies.Held;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides one request of one caller. Asked in this order, the first "no" is the answer: is the
 * subject the caller; is the record known, and freshly; which one release is the caller's, and is
 * it in force; do its approved tools, permissions and data classes contain the request; is the
 * policy of the approved bytes at hand; does it permit. Never throws, and whatever breaks denies.
 */
public final class DecisionPoint {
  private static final Logger LOG = LoggerFactory.getLogger(DecisionPoint.class);

  private final LiveDecisions live;
  private final ApprovedPolicies policies;
  private final DecisionLedger ledger;
  private final Clock clock;

  public DecisionPoint(
      LiveDecisions live, ApprovedPolicies policies, DecisionLedger ledger, Clock clock) {
    this.live = live;
    this.policies = policies;
    this.ledger = ledger;
    this.clock = clock;
  }

  /** The answer to one question. */
  public Decision decide(Caller caller, Question question) {
    try {
      Decision decision = judge(caller, question, live.view());
      note(decision, question);
      return decision;
    } catch (Throwable defect) {
      // Whatever it is, nobody is let through by it.
      return broken(question, defect);
    }
  }

  /** Takes note of a denial that came before the question was judged, and answers it. */
  public Decision refuse(DecisionReason reason, @Nullable Question question) {
    if (reason.allows()) {
      throw new IllegalArgumentException("a refusal allows nothing");
    }
    try {
      Decision decision = new Decision(reason, null, List.of(), live.view().staleness());
      note(decision, question);
      return decision;
    } catch (Throwable defect) {
      return broken(question, defect);
    }
  }

  private Decision judge(Caller caller, Question question, View view) {
    Duration staleness = view.staleness();
    if (!question.subject().equals(caller.workload().subject())) {
      return denied(DecisionReason.SUBJECT_MISMATCH, null, staleness);
    }
    switch (view.sight()) {
      case UNREACHABLE:
        return denied(DecisionReason.UNREACHABLE, null, staleness);
      case STALE:
        return denied(DecisionReason.STALE, null, staleness);
      case FRESH:
        break;
    }
    List<GovernedRelease> releases =
        view.of(caller.workload()).stream()
            .filter(
                release ->
                    caller.version() == null || caller.version().equals(release.id().version()))
            .toList();
    // What nobody proved is nobody's release: it must not make anybody else's ambiguous.
    List<GovernedRelease> holding =
        releases.stream()
            .filter(release -> release.hold() != Hold.NOT_LIVE)
            .filter(release -> release.hold() != Hold.NOT_PROVED)
            .toList();
    if (holding.size() > 1) {
      return denied(DecisionReason.RELEASE_AMBIGUOUS, null, staleness);
    }
    if (holding.isEmpty()) {
      GovernedRelease only = releases.size() == 1 ? releases.get(0) : null;
      return denied(
          releases.stream().anyMatch(release -> release.hold() == Hold.NOT_PROVED)
              ? DecisionReason.NOT_PROVED
              : DecisionReason.NOT_LIVE,
          only,
          staleness);
    }
    GovernedRelease release = holding.get(0);
    if (release.hold() != Hold.IN_FORCE) {
      return denied(DecisionReason.SUSPENDED, release, staleness);
    }
    DecisionReason outside = outside(release, question);
    if (outside != null) {
      return denied(outside, release, staleness);
    }
    Held held = policies.of(release);
    if (held instanceof Held.Ready ready) {
      return asked(ready.policy(), caller, release, question, staleness);
    }
    return denied(((Held.Missing) held).reason(), release, staleness);
  }

  /** What of the request is beyond what people approved, or null. */
  private static @Nullable DecisionReason outside(GovernedRelease release, Question question) {
    if (!question.resourceType().equals(Question.TOOL)) {
      return DecisionReason.RESOURCE_NOT_KNOWN;
    }
    if (!release.hasTool(question.tool())) {
      return DecisionReason.TOOL_NOT_APPROVED;
    }
    if (!release.hasPermission(question.tool(), question.permission())) {
      return DecisionReason.PERMISSION_NOT_APPROVED;
    }
    return release.hasDataClasses(question.dataClasses())
        ? null
        : DecisionReason.DATA_CLASS_NOT_APPROVED;
  }

  private static Decision asked(
      RuntimePolicy policy,
      Caller caller,
      GovernedRelease release,
      Question question,
      Duration staleness) {
    RuntimeVerdict verdict =
        policy.decide(
            new RuntimeRequest(
                caller.workload().subject(),
                release.id(),
                question.tool(),
                question.permission(),
                question.dataClasses(),
                question.arguments()));
    DecisionReason reason =
        switch (verdict.answer()) {
          case PERMITTED -> DecisionReason.ALLOWED;
          case FORBIDDEN -> DecisionReason.POLICY_FORBIDS;
          case NOT_PERMITTED -> DecisionReason.POLICY_DOES_NOT_PERMIT;
          case ARGUMENTS_REFUSED -> DecisionReason.ARGUMENTS_REFUSED;
          case ERRORED -> DecisionReason.POLICY_ERRORED;
        };
    return new Decision(reason, release, verdict.policies(), staleness);
  }

  private static Decision denied(
      DecisionReason reason, @Nullable GovernedRelease release, Duration staleness) {
    return new Decision(reason, release, List.of(), staleness);
  }

  private Decision broken(@Nullable Question question, Throwable defect) {
    Decision decision = new Decision(DecisionReason.INTERNAL, null, List.of(), LiveDecisions.NEVER);
    try {
      LOG.error("A decision broke off", defect);
      note(decision, question);
    } catch (Throwable again) {
      // The denial stands; nothing that is left to do may be in its way.
      return decision;
    }
    return decision;
  }

  private void note(Decision decision, @Nullable Question question) {
    GovernedRelease release = decision.release();
    ledger.note(
        new Decided(
            clock.instant(),
            decision.allowed(),
            decision.reason().name(),
            release == null ? null : release.id(),
            release == null ? null : release.releaseDigest(),
            release == null ? null : release.policyDigest(),
            question == null ? null : question.tool(),
            question == null ? null : question.permission(),
            question == null ? List.of() : question.dataClasses(),
            decision.policies(),
            millis(decision.staleness())));
  }

  /** Staleness as the record and the answers have it. */
  public static long millis(Duration staleness) {
    return staleness.compareTo(Duration.ofDays(365)) > 0
        ? Duration.ofDays(365).toMillis()
        : staleness.toMillis();
  }
}
