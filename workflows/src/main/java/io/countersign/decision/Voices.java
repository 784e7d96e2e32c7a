package io.countersign.decision;

import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which sign-offs count. The same rules at arrival and at the decision, so neither can be softer
 * than the other.
 */
final class Voices {
  /** How far ahead a signer's clock may be. */
  static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  private final Requirements requirements;
  private final List<String> makers;
  private final Instant at;

  Voices(Requirements requirements, List<CheckResult> checks, Instant at) {
    this.requirements = requirements;
    this.at = at;
    List<String> all = new ArrayList<>(requirements.contributors());
    checks.forEach(check -> all.addAll(check.contributors()));
    this.makers = all;
  }

  /** Why this sign-off does not count by itself, or nothing when it does. */
  Optional<FailureType> objection(SignOff signOff) {
    if (!signOff.release().equals(requirements.release())
        || !signOff.releaseDigest().equals(requirements.releaseDigest())) {
      return Optional.of(FailureType.WRONG_RELEASE);
    }
    Optional<Person> listed = requirements.approvers().person(signOff.person());
    if (listed.isEmpty()) {
      return Optional.of(FailureType.UNKNOWN_PERSON);
    }
    Person person = listed.get();
    Optional<PersonKey> key = person.key(signOff.keyId());
    if (key.isEmpty()) {
      return Optional.of(FailureType.UNKNOWN_KEY);
    }
    if (signOff.issuedAt().isAfter(at.plus(CLOCK_SKEW))) {
      return Optional.of(FailureType.NOT_YET_VALID);
    }
    if (signOff.decision() == SignOffDecision.TAKE_BACK) {
      // Taking access away is never blocked (I13): neither age nor ended rights silence a "no" to
      // one's own "yes".
      return Optional.empty();
    }
    return rights(signOff, person, key.get());
  }

  /** Whether the signer holds the function now, with a key that is good. */
  boolean holdsFunction(SignOff signOff) {
    return requirements
        .approvers()
        .person(signOff.person())
        .filter(person -> person.validAt(at) && person.functions().contains(signOff.function()))
        .flatMap(person -> person.key(signOff.keyId()))
        .filter(key -> !key.revokedAt(at) && key.validAt(signOff.issuedAt()))
        .isPresent();
  }

  private Optional<FailureType> rights(SignOff signOff, Person person, PersonKey key) {
    if (key.revokedAt(at)) {
      return Optional.of(FailureType.KEY_REVOKED);
    }
    if (!key.validAt(signOff.issuedAt())) {
      return Optional.of(FailureType.KEY_NOT_VALID);
    }
    if (!person.validAt(at)) {
      return Optional.of(FailureType.PERSON_NOT_VALID);
    }
    if (!person.functions().contains(signOff.function())) {
      return Optional.of(FailureType.NOT_IN_FUNCTION);
    }
    if (person.id().equalsIgnoreCase(requirements.submitter())) {
      return Optional.of(FailureType.OWN_RELEASE);
    }
    if (makers.stream().anyMatch(person.id()::equalsIgnoreCase)) {
      return Optional.of(FailureType.CONTRIBUTOR);
    }
    if (!signOff.reviewDigest().equals(requirements.reviewDigest())) {
      return Optional.of(FailureType.WRONG_REVIEW);
    }
    if (signOff.decision() == SignOffDecision.REJECT) {
      // Waiting does not turn a "no" into silence (I9).
      return Optional.empty();
    }
    if (!at.isBefore(signOff.expiresAt())) {
      return Optional.of(FailureType.EXPIRED);
    }
    if (signOff.issuedAt().plus(requirements.maxAge().duration()).isBefore(at)) {
      return Optional.of(FailureType.OVER_AGE);
    }
    return signOff.decision() == SignOffDecision.WAIVE ? waiver(signOff) : Optional.empty();
  }

  private Optional<FailureType> waiver(SignOff signOff) {
    String check = String.valueOf(signOff.check());
    Optional<CheckRule> rule =
        requirements.checks().stream()
            .filter(one -> one.check().equals(check) && waivable(one))
            .findFirst();
    if (rule.isEmpty()) {
      return Optional.of(FailureType.NOT_WAIVABLE);
    }
    if (functionOf(check) != signOff.function()) {
      return Optional.of(FailureType.NOT_IN_FUNCTION);
    }
    if (!at.isBefore(signOff.ends())) {
      return Optional.of(FailureType.EXPIRED);
    }
    Duration longest = requirements.caps().longestWaiver(rule.get()).duration();
    return signOff.ends().isAfter(signOff.issuedAt().plus(longest))
        ? Optional.of(FailureType.WAIVER_TOO_LONG)
        : Optional.empty();
  }

  /** The sign-offs that count, in the order of their arrival, repeats and take-backs applied. */
  List<SignOff> counting(List<SignOff> arrived) {
    List<SignOff> distinct = new ArrayList<>();
    for (SignOff signOff : arrived) {
      if (distinct.stream()
          .noneMatch(
              seen ->
                  seen.statementDigest().equals(signOff.statementDigest())
                      || (seen.person().equals(signOff.person())
                          && seen.nonce().equals(signOff.nonce())))) {
        distinct.add(signOff);
      }
    }
    List<SignOff> counting = new ArrayList<>();
    for (int i = 0; i < distinct.size(); i++) {
      SignOff signOff = distinct.get(i);
      if (signOff.decision() != SignOffDecision.TAKE_BACK
          && objection(signOff).isEmpty()
          && !takenBack(signOff, i, distinct)) {
        counting.add(signOff);
      }
    }
    return counting;
  }

  /**
   * A "yes" survives a "no" of the same person only when it was both signed and delivered later: by
   * signing time alone a fast clock would outlive the "no", by delivery alone a withheld envelope
   * would. A reject is not taken back: a "no" to a "no" must never open the gate.
   */
  private boolean takenBack(SignOff signOff, int position, List<SignOff> arrived) {
    if (signOff.decision() == SignOffDecision.REJECT) {
      return false;
    }
    for (int i = 0; i < arrived.size(); i++) {
      SignOff other = arrived.get(i);
      if (other.decision() == SignOffDecision.TAKE_BACK
          && other.person().equals(signOff.person())
          && other.function() == signOff.function()
          && objection(other).isEmpty()
          && (i > position || !signOff.issuedAt().isAfter(other.issuedAt()))) {
        return true;
      }
    }
    return false;
  }

  static GateFunction functionOf(String check) {
    int dot = check.indexOf('.');
    if (dot < 0) {
      throw new IllegalArgumentException("check: allowed is <function>.<name>");
    }
    return GateFunction.parse(check.substring(0, dot));
  }

  static boolean waivable(CheckRule rule) {
    return Boolean.TRUE.equals(rule.waivable());
  }
}
