package io.countersign.decision;

import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.decision.Decision.Missing;
import io.countersign.decision.Decision.Pending;
import io.countersign.decision.Decision.Rejected;
import io.countersign.failure.FailureType;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.Requirement;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
    List<SignOff> counting = voices.counting(with);
    if (!counting.contains(signOff)) {
      return Optional.of(FailureType.TAKEN_BACK);
    }
    return signOff.decision() == SignOffDecision.APPROVE
            && !new Waivers(failed(requirements, byName(checks)), counting).seenBy(signOff)
        ? Optional.of(FailureType.WAIVER_UNSEEN)
        : Optional.empty();
  }

  /** The waivers of failed checks that count, in order of arrival: what every signer is shown. */
  public static List<SignOff> waivers(
      Requirements requirements, List<CheckResult> checks, List<SignOff> signOffs, Instant at) {
    return new Waivers(
            failed(requirements, byName(checks)),
            new Voices(requirements, checks, at).counting(signOffs))
        .standing();
  }

  private static List<String> failed(Requirements requirements, Map<String, CheckResult> results) {
    return requirements.checks().stream()
        .flatMap(rule -> Stream.ofNullable(results.get(rule.check())))
        .filter(result -> result.outcome() != CheckOutcome.PASS)
        .map(CheckResult::check)
        .toList();
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
   * "reject" rejects, whatever the approvals; then everything that is wanted must be there. An
   * approval that was given without a waiver in view does not count beside that waiver.
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
    Waivers waivers = new Waivers(failed(requirements, results), counting);
    List<Missing> missing = new ArrayList<>(missingChecks(requirements, results, waivers));
    Matching matching = new Matching(requirements.functions(), approvals(counting, waivers));
    matching.open().forEach((function, count) -> missing.add(new Missing.People(function, count)));
    return missing.isEmpty() ? waivers.approved(matching.voices(), counting) : new Pending(missing);
  }

  /**
   * The approvals that review an emergency, or nothing while they are too few.
   *
   * <p>Whoever approved or waived before the release went live does not review it, and what was
   * signed before it went live is no review of it.
   *
   * @param places people wanted, by function, each another person
   * @param involved whoever had approved or waived before the release went live for the first time,
   *     also with a key that is not listed any more
   * @param before what had arrived until then and can still be verified
   * @param after what arrived since
   * @param since when it went live
   */
  public static Optional<List<SignOff>> reviewed(
      List<Requirement> places,
      Requirements requirements,
      List<CheckResult> checks,
      List<String> involved,
      List<SignOff> before,
      List<SignOff> after,
      Instant since,
      Instant at) {
    List<SignOff> all = new ArrayList<>(before);
    all.addAll(after);
    List<SignOff> counting =
        new Voices(requirements, checks, at)
            .counting(all).stream()
                .filter(after::contains)
                .filter(s -> s.decision() == SignOffDecision.APPROVE)
                .filter(s -> !s.issuedAt().isBefore(since))
                .filter(s -> involved.stream().noneMatch(s.person()::equalsIgnoreCase))
                .toList();
    Map<String, List<GateFunction>> offers = new LinkedHashMap<>();
    counting.forEach(
        s -> offers.computeIfAbsent(s.person(), p -> new ArrayList<>()).add(s.function()));
    Matching matching = new Matching(places, offers);
    return matching.open().isEmpty() ? Optional.of(counting) : Optional.empty();
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
      Requirements requirements, Map<String, CheckResult> results, Waivers waivers) {
    List<Missing> missing = new ArrayList<>();
    for (CheckRule rule : requirements.checks()) {
      CheckResult result = results.get(rule.check());
      if (result == null) {
        missing.add(new Missing.Check(rule.check()));
      } else if (result.outcome() != CheckOutcome.PASS && !waivers.stands(rule.check())) {
        missing.add(new Missing.Waiver(rule.check()));
      }
    }
    return missing;
  }

  private static Map<String, List<GateFunction>> approvals(
      List<SignOff> counting, Waivers waivers) {
    Map<String, List<GateFunction>> offers = new LinkedHashMap<>();
    for (SignOff signOff : counting) {
      if (signOff.decision() == SignOffDecision.APPROVE && waivers.seenBy(signOff)) {
        offers.computeIfAbsent(signOff.person(), p -> new ArrayList<>()).add(signOff.function());
      }
    }
    return offers;
  }
}
