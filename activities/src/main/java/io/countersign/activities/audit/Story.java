package io.countersign.activities.audit;

import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.EmergencyCase;
import io.countersign.activities.signoff.CiIdentity;
import io.countersign.activities.signoff.Submission;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.record.EntryKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows the entries of a release in their order and asks of each whether it could be there. */
final class Story {
  /** How far an entry may be dated before the one it follows: clocks differ, and writers wait. */
  private static final Duration BACKWARDS = Duration.ofMinutes(5);

  private final AuditTools tools;
  private final RuleBook book;
  private final Consumer<Finding> findings;
  private Instant latest = Instant.MIN;
  private @Nullable Told submitted;
  private @Nullable Numbered submission;
  private @Nullable Frozen frozen;

  /** A release whose rules are known. */
  private record Frozen(
      Dossier dossier, Hearing hearing, Verdicts verdicts, Accesses accesses, Reported reported) {}

  private final Ends ends;
  private final Orders orders;
  private @Nullable Rules rules;
  private @Nullable Rules before;
  private Instant changedAt = Instant.MIN;

  Story(AuditTools tools, RuleBook book, Consumer<Finding> findings) {
    this.tools = tools;
    this.book = book;
    this.findings = findings;
    this.ends = new Ends(findings);
    this.orders = new Orders(tools.statements(), ends, findings);
  }

  Optional<Dossier> dossier() {
    return Optional.ofNullable(frozen).map(Frozen::dossier);
  }

  Optional<Verdicts.Standing> approved() {
    return Optional.ofNullable(frozen).flatMap(one -> one.verdicts().approved());
  }

  Optional<Accesses.Open> open() {
    return Optional.ofNullable(frozen).flatMap(one -> one.accesses().open());
  }

  /** Every access that was given, in order. */
  List<Accesses.Span> spans() {
    return frozen == null ? List.of() : frozen.accesses().spans();
  }

  /** The emergency that the release was, with its review; nothing for no emergency. */
  Optional<String> emergency() {
    return Optional.ofNullable(frozen)
        .flatMap(
            one ->
                EmergencyCase.of(one.dossier())
                    .map(
                        emergency ->
                            "An emergency, "
                                + emergency.words()
                                + ". "
                                + one.accesses()
                                    .reviewedAt()
                                    .map(at -> "Reviewed at " + at + ", judged again.")
                                    .or(
                                        () ->
                                            one.accesses()
                                                .reviewBy()
                                                .map(by -> "Not reviewed; due was " + by + "."))
                                    .orElse("It never went live.")));
  }

  Optional<Verdicts.No> rejected() {
    return Optional.ofNullable(frozen).flatMap(one -> one.verdicts().rejected());
  }

  /** What was signed off, in order. */
  List<Voice> voices() {
    return frozen == null ? List.of() : frozen.hearing().voices();
  }

  /** The results of a round. */
  List<CheckResult> checks(int round) {
    return frozen == null ? List.of() : frozen.hearing().checks(round);
  }

  boolean byCi() {
    return submitted != null && submitted.body().has("ci");
  }

  /** The state in which the record was closed. */
  Optional<String> end() {
    return ends.end();
  }

  Ends ends() {
    return ends;
  }

  /** Digests of the manifest's subjects, as far as a complete seal has told them. */
  Set<String> subjects(OpenSeal seal) {
    Set<String> digests = new HashSet<>();
    dossier()
        .ifPresent(
            known ->
                known
                    .manifest()
                    .subjects()
                    .all()
                    .forEach(subject -> digests.add(String.valueOf(subject.digest()))));
    for (Told told : seal.sealed().entries()) {
      if (told.kind() == EntryKind.RESOLVED) {
        seal.said(told)
            .line()
            .statement()
            .at("/predicate/manifest/subjects")
            .forEach(subject -> digests.add(subject.path("digest").asText()));
      }
    }
    return digests;
  }

  /**
   * Follows the entries of a complete seal whose documents are there.
   *
   * @param stamped the authority's times, by entry
   */
  void follow(OpenSeal seal, Map<Long, Instant> stamped) {
    for (Told told : seal.sealed().entries()) {
      requireTime(told);
      follow(told, seal, stamped.get(told.seq()));
      Frozen now = frozen;
      if (now != null) {
        now.accesses().tell(told);
      }
      ends.tell(told, !spans().isEmpty());
    }
  }

  /** What decision nodes reported; nothing before the rules are known. */
  Optional<Reported> reported() {
    return Optional.ofNullable(frozen).map(Frozen::reported);
  }

  private void requireTime(Told told) {
    if (told.at().isBefore(latest.equals(Instant.MIN) ? latest : latest.minus(BACKWARDS))) {
      findings.accept(
          new Finding(
              Flaw.OUT_OF_ORDER,
              0,
              told.seq(),
              "the entry is dated " + told.at() + ", long before one that it follows"));
    }
    latest = told.at().isAfter(latest) ? told.at() : latest;
  }

  private void follow(Told told, OpenSeal seal, @Nullable Instant stamped) {
    if (told.kind() == EntryKind.SUBMITTED) {
      submitted = told;
      submission = told.body().has("ci") ? null : seal.received(told);
      return;
    }
    if (told.kind() == EntryKind.RESOLVED) {
      resolved(told, seal.said(told));
      return;
    }
    Frozen now = frozen;
    Rules inForce = rules;
    if (now == null || inForce == null) {
      requireLater(told);
      return;
    }
    switch (told.kind()) {
      case RIGHTS -> rights(told, inForce);
      case CHECK -> now.hearing().check(told, seal.received(told));
      case REVIEW -> now.hearing().review(told);
      case SIGN_OFF ->
          now.hearing().signOff(told, seal.received(told), inForce(told, inForce), stamped);
      case ORDER -> {
        boolean back =
            orders.take(told, seal.received(told), now.dossier(), inForce(told, inForce), stamped);
        if (back) {
          now.accesses().broughtBack();
        }
      }
      case DECISION -> now.verdicts().decision(told, seal.said(told), inForce(told, inForce));
      case GRANT -> now.accesses().granted(told, seal.said(told));
      case DRIFT -> now.accesses().drifted(told, seal.said(told));
      case EMERGENCY_REVIEWED ->
          now.accesses().reviewed(told, now.hearing(), inForce(told, inForce));
      case REVOCATION_PROVED -> now.accesses().revoked(told, seal.said(told));
      case DECISIONS -> now.reported().take(told, seal.received(told));
      case IDENTITY_PROVED -> identity(told, now.dossier());
      default -> {}
    }
  }

  /** Only refusals and what is told about them come before the rules are known. */
  private void requireLater(Told told) {
    if (!told.kind().leavesTheEnd()) {
      findings.accept(
          new Finding(
              Flaw.OUT_OF_ORDER,
              0,
              told.seq(),
              told.kind() + " stands before the rules of the release are known"));
    }
  }

  private void resolved(Told told, Numbered said) {
    Told sent = submitted;
    if (sent == null || frozen != null) {
      findings.accept(
          Hearing.early(said, told, "the rules were frozen before or after the submission"));
      return;
    }
    Rules now = book.frozen(told).orElse(null);
    if (now == null) {
      return;
    }
    Dossier dossier = new Freeze(tools.parser(), sent, submission, told, said).dossier(now);
    Freeze.outsideRules(dossier, told)
        .ifPresent(
            why -> findings.accept(new Finding(Flaw.NOT_APPROVED, said.number(), told.seq(), why)));
    Hearing hearing = new Hearing(tools, dossier, told.entry(), findings);
    Verdicts verdicts = new Verdicts(dossier, hearing, findings);
    Accesses accesses = new Accesses(dossier, verdicts, findings);
    frozen =
        new Frozen(
            dossier,
            hearing,
            verdicts,
            accesses,
            new Reported(dossier, tools.keys(), accesses::spans, findings));
    rules = now;
    if (submission != null) {
      submission(sent, submission, dossier, now);
    }
  }

  private void submission(Told told, Numbered received, Dossier dossier, Rules now) {
    Submission said;
    try {
      said =
          tools
              .statements()
              .submission(
                  received.line().bytes(), now.keys(), (token, audience, at) -> noRun(), told.at());
    } catch (GateException refused) {
      findings.accept(Hearing.finding(refused, received, told));
      return;
    }
    boolean same =
        said.release().equals(dossier.id())
            && said.releaseDigest().equals(dossier.frozen().releaseDigest())
            && Dossiers.document(said.manifest()).equals(dossier.frozen().manifest());
    if (!same || !(said.submitter() instanceof Submission.Person person)) {
      findings.accept(Hearing.foreign(received, told, "the submission is of something else"));
      return;
    }
    if (!person.person().equals(dossier.frozen().submitter())) {
      findings.accept(Hearing.foreign(received, told, "the submission is by somebody else"));
    } else if (!maySubmit(said, person, now, told.at())) {
      findings.accept(Hearing.refused(FailureType.NOT_ALLOWED, received, told));
    }
  }

  private static CiIdentity noRun() {
    throw new GateException(FailureType.BAD_TOKEN, "no token is in a bundle");
  }

  private static boolean maySubmit(
      Submission said, Submission.Person submitter, Rules now, Instant at) {
    Person person = now.approvers().person(submitter.person()).orElseThrow();
    PersonKey key = person.key(submitter.keyId()).orElseThrow();
    return Boolean.TRUE.equals(person.submit())
        && person.validAt(at)
        && !key.revokedAt(at)
        && key.validAt(said.issuedAt())
        && at.isBefore(said.expiresAt())
        && !said.issuedAt().isAfter(at.plus(Stamps.SKEW));
  }

  private void rights(Told told, Rules old) {
    before = old;
    changedAt = told.at();
    book.with(old, told).ifPresent(now -> rules = now);
  }

  /**
   * The rules by which an entry may have been judged, those in force first. Two workers do not see
   * a new file at one moment.
   */
  private List<Rules> inForce(Told told, Rules now) {
    Rules old = before;
    return old == null || told.at().isAfter(changedAt.plus(BACKWARDS))
        ? List.of(now)
        : List.of(now, old);
  }

  private void identity(Told told, Dossier dossier) {
    boolean same =
        told.text("subject").equals(dossier.system().subject())
            && told.text("audience").equals(dossier.system().audience());
    if (same) {
      Objects.requireNonNull(frozen).accesses().identified();
    } else {
      findings.accept(
          new Finding(
              Flaw.NOT_APPROVED,
              0,
              told.seq(),
              "the identity that was proved is not that of the rules"));
    }
  }
}
