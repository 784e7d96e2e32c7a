package io.countersign.decision;

import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.decision.Decision.Approved;
import io.countersign.decision.Decision.Missing;
import io.countersign.decision.Decision.Pending;
import io.countersign.decision.Decision.Rejected;
import io.countersign.failure.FailureType;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides. A pure function of frozen rules, check results and sign-offs, run when a sign-off
 * arrives and again, on the record's own copies, by the activity that writes to Vault (I3).
 */
public final class Judge {
  private Judge() {}

  /**
   * Why a sign-off is refused on arrival, or nothing when it is accepted.
   *
   * @param prior what was accepted before, in order of arrival
   */
  public static Optional<FailureType> objection(
      Requirements requirements,
      List<CheckResult> checks,
      List<SignOff> prior,
      SignOff signOff,
      Instant at) {
    for (SignOff seen : prior) {
      if (seen.statementDigest().equals(signOff.statementDigest())
          || (seen.person().equals(signOff.person()) && seen.nonce().equals(signOff.nonce()))) {
        return Optional.of(FailureType.REPLAYED);
      }
    }
    Voices voices = new Voices(requirements, checks, at);
    Optional<FailureType> objection = voices.objection(signOff);
    if (objection.isPresent()) {
      return objection;
    }
    if (signOff.decision() == SignOffDecision.TAKE_BACK) {
      // It may overtake the "yes" that it ends; whoever could have said "yes" may say "no" first.
      return spokeFor(prior, signOff) || voices.holdsFunction(signOff)
          ? Optional.empty()
          : Optional.of(FailureType.NOT_NOW);
    }
    List<SignOff> with = new ArrayList<>(prior);
    with.add(signOff);
    return voices.counting(with).contains(signOff)
        ? Optional.empty()
        : Optional.of(FailureType.TAKEN_BACK);
  }

  private static boolean spokeFor(List<SignOff> prior, SignOff takeBack) {
    return prior.stream()
        .anyMatch(
            s ->
                s.person().equals(takeBack.person())
                    && s.function() == takeBack.function()
                    && (s.decision() == SignOffDecision.APPROVE
                        || s.decision() == SignOffDecision.WAIVE));
  }

  /**
   * Decides on everything that has arrived.
   *
   * <p>A failed check that nobody may waive rejects before any person is asked; then one counting
   * "reject" rejects, whatever the approvals; then everything that is wanted must be there.
   *
   * @param checks one result for each check; two for one check are refused
   * @param signOffs in order of arrival, counting or not
   */
  public static Decision decide(
      Requirements requirements, List<CheckResult> checks, List<SignOff> signOffs, Instant at) {
    Map<String, CheckResult> results = byName(checks);
    for (CheckRule rule : requirements.checks()) {
      CheckResult result = results.get(rule.check());
      if (result != null && result.outcome() != CheckOutcome.PASS && !Voices.waivable(rule)) {
        return new Rejected(FailureType.CHECK_FAILED, rule.check());
      }
    }
    List<SignOff> counting = new Voices(requirements, checks, at).counting(signOffs);
    for (SignOff signOff : counting) {
      if (signOff.decision() == SignOffDecision.REJECT) {
        return new Rejected(FailureType.REJECTED, signOff.person() + " for " + signOff.function());
      }
    }
    List<Missing> missing = new ArrayList<>(missingChecks(requirements, results, counting));
    Matching matching = new Matching(requirements.functions(), approvals(counting));
    matching.open().forEach((function, count) -> missing.add(new Missing.People(function, count)));
    return missing.isEmpty() ? new Approved(matching.voices()) : new Pending(missing);
  }

  private static Map<String, CheckResult> byName(List<CheckResult> checks) {
    Map<String, CheckResult> results = new LinkedHashMap<>();
    for (CheckResult check : checks) {
      if (results.put(check.check(), check) != null) {
        throw new IllegalArgumentException("checks: two results for " + check.check());
      }
    }
    return results;
  }

  private static List<Missing> missingChecks(
      Requirements requirements, Map<String, CheckResult> results, List<SignOff> counting) {
    List<Missing> missing = new ArrayList<>();
    for (CheckRule rule : requirements.checks()) {
      CheckResult result = results.get(rule.check());
      if (result == null) {
        missing.add(new Missing.Check(rule.check()));
      } else if (result.outcome() != CheckOutcome.PASS && !waived(rule.check(), counting)) {
        missing.add(new Missing.Waiver(rule.check()));
      }
    }
    return missing;
  }

  private static boolean waived(String check, List<SignOff> counting) {
    return counting.stream()
        .anyMatch(s -> s.decision() == SignOffDecision.WAIVE && check.equals(s.check()));
  }

  private static Map<String, List<GateFunction>> approvals(List<SignOff> counting) {
    Map<String, List<GateFunction>> offers = new LinkedHashMap<>();
    for (SignOff signOff : counting) {
      if (signOff.decision() == SignOffDecision.APPROVE) {
        offers.computeIfAbsent(signOff.person(), p -> new ArrayList<>()).add(signOff.function());
      }
    }
    return offers;
  }
}
