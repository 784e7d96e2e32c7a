package io.countersign.activity;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.decision.Decision;
import io.countersign.decision.Decision.Approved;
import io.countersign.decision.Decision.Missing;
import io.countersign.decision.Decision.Pending;
import io.countersign.decision.Decision.Rejected;
import io.countersign.failure.FailureType;
import io.countersign.policy.Requirement;
import io.countersign.release.Digest;
import io.countersign.signoff.SignOff;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A decision in the form that crosses Temporal. It informs the workflow; it never authorises a
 * grant.
 *
 * @param people functions that still want people, and how many
 * @param checks checks without a result, and failed ones that wait for a waiver
 * @param waivers the waivers of failed checks that count; whoever approves names them
 */
public record DecisionView(
    Status status,
    List<Requirement> people,
    List<String> checks,
    @Nullable FailureType type,
    @Nullable String why,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Waiver> waivers) {

  /** The three answers of the Judge. */
  public enum Status {
    PENDING,
    APPROVED,
    REJECTED
  }

  public DecisionView {
    Objects.requireNonNull(status, "status");
    people = List.copyOf(people);
    checks = List.copyOf(checks);
    waivers = waivers == null ? List.of() : List.copyOf(waivers);
  }

  public DecisionView(
      Status status,
      List<Requirement> people,
      List<String> checks,
      @Nullable FailureType type,
      @Nullable String why) {
    this(status, people, checks, type, why, List.of());
  }

  /**
   * One failed check that somebody accepts for a time.
   *
   * @param person who signed the waiver
   * @param accountable who answers for the failure, when that is not the signer
   * @param statement what an approval names
   */
  public record Waiver(
      String check,
      String person,
      @Nullable String accountable,
      String reason,
      Instant until,
      Digest statement) {
    public static Waiver of(SignOff signed) {
      return new Waiver(
          String.valueOf(signed.check()),
          signed.person(),
          signed.terms().accountable(),
          signed.reason(),
          signed.ends(),
          signed.statementDigest());
    }

    /** One line for people. */
    public String words() {
      return check
          + " until "
          + until
          + " by "
          + person
          + (accountable == null ? "" : " (accountable: " + accountable + ")")
          + ": "
          + reason;
    }
  }

  /** The view of a decision and of the waivers that count beside it. */
  public static DecisionView of(Decision decision, List<SignOff> waivers) {
    DecisionView bare = of(decision);
    return new DecisionView(
        bare.status,
        bare.people,
        bare.checks,
        bare.type,
        bare.why,
        waivers.stream().map(Waiver::of).toList());
  }

  private static DecisionView of(Decision decision) {
    if (decision instanceof Rejected no) {
      return new DecisionView(Status.REJECTED, List.of(), List.of(), no.type(), no.why());
    }
    if (decision instanceof Pending pending) {
      List<Requirement> people = new ArrayList<>();
      List<String> checks = new ArrayList<>();
      for (Missing missing : pending.missing()) {
        if (missing instanceof Missing.People wanted) {
          people.add(new Requirement(wanted.function(), wanted.count()));
        } else if (missing instanceof Missing.Check wanted) {
          checks.add(wanted.check());
        } else if (missing instanceof Missing.Waiver wanted) {
          checks.add(wanted.check());
        }
      }
      return new DecisionView(Status.PENDING, people, checks, null, null);
    }
    if (decision instanceof Approved) {
      return new DecisionView(Status.APPROVED, List.of(), List.of(), null, null);
    }
    throw new IllegalStateException("a decision is pending, approved or rejected");
  }

  /**
   * The functions that still want somebody, by name; a check that wants a waiver counts for its
   * function.
   */
  public List<String> awaiting() {
    List<String> functions = new ArrayList<>();
    people.forEach(requirement -> functions.add(requirement.function().toString()));
    for (String check : checks) {
      String function = check.substring(0, Math.max(0, check.indexOf('.')));
      if (!function.isEmpty() && !functions.contains(function)) {
        functions.add(function);
      }
    }
    return List.copyOf(functions);
  }

  /** What is missing, in one line for people; null when nothing is, or when nothing would help. */
  public @Nullable String missing() {
    if (status != Status.PENDING || (people.isEmpty() && checks.isEmpty())) {
      return null;
    }
    List<String> wanted = new ArrayList<>();
    people.forEach(
        requirement ->
            wanted.add(
                requirement.quorum()
                    + (requirement.quorum() == 1 ? " sign-off" : " sign-offs")
                    + " for "
                    + requirement.function()));
    checks.forEach(check -> wanted.add("a result or a waiver of " + check));
    return "Missing: " + String.join(", ", wanted) + ".";
  }
}
