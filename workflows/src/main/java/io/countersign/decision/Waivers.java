package io.countersign.decision;

import io.countersign.decision.Decision.Voice;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The waivers that a decision may rest on. An approval counts beside a failed check only when its
 * signer was shown a waiver of that check: it names the waiver's statement. So nobody's "yes"
 * covers a failure, or an end of its waiver, that came up after it (ADR 0036).
 */
final class Waivers {
  private final List<String> failed;
  private final List<SignOff> standing;

  /**
   * @param failed checks that did not pass
   * @param counting the sign-offs that count, in order of arrival
   */
  Waivers(List<String> failed, List<SignOff> counting) {
    this.failed = failed;
    this.standing =
        counting.stream()
            .filter(s -> s.decision() == SignOffDecision.WAIVE)
            .filter(s -> failed.contains(String.valueOf(s.check())))
            .toList();
  }

  /** Those of failed checks, in order of arrival. */
  List<SignOff> standing() {
    return standing;
  }

  boolean stands(String check) {
    return standing.stream().anyMatch(waiver -> check.equals(waiver.check()));
  }

  /** Whether this approval was given in view of a waiver of every check that has one. */
  boolean seenBy(SignOff approval) {
    return failed.stream().filter(this::stands).allMatch(check -> !seen(approval, check).isEmpty());
  }

  private List<SignOff> seen(SignOff approval, String check) {
    WaiverTerms terms = approval.terms();
    return standing.stream()
        .filter(waiver -> check.equals(waiver.check()))
        .filter(waiver -> terms.seen().contains(waiver.statementDigest()))
        .toList();
  }

  /** Until when this approval holds: for each check the last of the ends that it was shown. */
  private Optional<Instant> end(SignOff approval) {
    return failed.stream()
        .flatMap(
            check ->
                seen(approval, check).stream()
                    .map(SignOff::ends)
                    .max(Comparator.naturalOrder())
                    .stream())
        .min(Comparator.naturalOrder());
  }

  /** The approved decision that these voices give. */
  Decision.Approved approved(List<Voice> voices, List<SignOff> counting) {
    List<SignOff> approvals = new ArrayList<>();
    for (Voice voice : voices) {
      counting.stream()
          .filter(s -> s.decision() == SignOffDecision.APPROVE)
          .filter(s -> s.person().equals(voice.person()) && s.function() == voice.function())
          .filter(this::seenBy)
          .reduce((earlier, later) -> later)
          .ifPresent(approvals::add);
    }
    List<SignOff> rested =
        standing.stream()
            .filter(
                waiver ->
                    approvals.stream()
                        .anyMatch(a -> a.terms().seen().contains(waiver.statementDigest())))
            .toList();
    Instant until =
        approvals.stream()
            .flatMap(approval -> end(approval).stream())
            .min(Comparator.naturalOrder())
            .orElse(null);
    return new Decision.Approved(voices, approvals, rested, until);
  }
}
