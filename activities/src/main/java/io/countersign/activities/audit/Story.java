package io.countersign.activities.audit;

import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.ReleaseEnd;
import io.countersign.activities.signoff.CiIdentity;
import io.countersign.activities.signoff.OrderRights;
import io.countersign.activities.signoff.Submission;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.Order;
import io.countersign.signoff.OrderKind;
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

  /** What may still be told of a release that has ended. */
  private final AuditTools tools;

  private final RuleBook book;
  private final Consumer<Finding> findings;
  private Instant latest = Instant.MIN;
  private @Nullable Told submitted;
  private @Nullable Numbered submission;
  private @Nullable Frozen frozen;
  private @Nullable String end;

  /** A release whose rules are known. */
  private record Frozen(Dossier dossier, Hearing hearing, Verdicts verdicts, Accesses accesses) {}

  private @Nullable Rules rules;
  private @Nullable Rules before;
  private Instant changedAt = Instant.MIN;

  Story(AuditTools tools, RuleBook book, Consumer<Finding> findings) {
    this.tools = tools;
    this.book = book;
    this.findings = findings;
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

  int grants() {
    return frozen == null ? 0 : frozen.accesses().grants();
  }

  boolean byCi() {
    return submitted != null && submitted.body().has("ci");
  }

  /** The state in which the record was closed. */
  Optional<String> end() {
    return Optional.ofNullable(end);
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
      end = ReleaseEnd.after(end, told.kind(), () -> told.text("state"));
    }
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
      case ORDER ->
          order(told, seal.received(told), now.dossier(), inForce(told, inForce), stamped);
      case DECISION -> now.verdicts().decision(told, seal.said(told), inForce(told, inForce));
      case GRANT -> now.accesses().granted(told, seal.said(told));
      case DRIFT -> now.accesses().drifted(told, seal.said(told));
      case REVOCATION_PROVED -> now.accesses().revoked(told, seal.said(told));
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
    Freeze.outsideRules(dossier)
        .ifPresent(
            why -> findings.accept(new Finding(Flaw.NOT_APPROVED, said.number(), told.seq(), why)));
    Hearing hearing = new Hearing(tools, dossier, findings);
    Verdicts verdicts = new Verdicts(dossier, hearing, findings);
    frozen = new Frozen(dossier, hearing, verdicts, new Accesses(dossier, verdicts, findings));
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

  private void order(
      Told told,
      Numbered received,
      Dossier dossier,
      List<Rules> inForce,
      @Nullable Instant stamped) {
    Finding first = null;
    for (Rules rules : inForce) {
      Optional<Finding> wrong = order(told, received, dossier, rules, stamped);
      if (wrong.isEmpty()) {
        return;
      }
      first = first == null ? wrong.get() : first;
    }
    findings.accept(Objects.requireNonNull(first));
  }

  private Optional<Finding> order(
      Told told, Numbered received, Dossier dossier, Rules now, @Nullable Instant stamped) {
    Order order;
    try {
      order = tools.statements().order(received.line().bytes(), now.keys());
    } catch (GateException refused) {
      return Optional.of(Hearing.finding(refused, received, told));
    }
    boolean same =
        told.entry().key().equals(EntryKey.order(order.statementDigest()))
            && told.entry().actor().equals(order.person())
            && told.text("order").equals(order.kind().toString())
            && told.text("names").equals(order.release().toString())
            && named(order, dossier);
    if (!same) {
      return Optional.of(
          Hearing.foreign(received, told, "the order says something else than its entry"));
    }
    String submitter = dossier.frozen().submitter();
    Optional<FailureType> objection =
        OrderRights.objection(order, now.approvers(), submitter, told.at());
    if (objection.isEmpty() && stamped != null && stamped.isBefore(order.expiresAt())) {
      objection = OrderRights.objection(order, now.approvers(), submitter, stamped);
    }
    return objection.map(type -> Hearing.refused(type, received, told));
  }

  /** An order names this release, or rolls a successor of it back. */
  private static boolean named(Order order, Dossier dossier) {
    ReleaseId named = order.release();
    if (named.equals(dossier.id())) {
      return order.releaseDigest().equals(dossier.frozen().releaseDigest());
    }
    return order.kind() == OrderKind.ROLLBACK
        && named.equals(dossier.id().withVersion(named.version()));
  }

  private void identity(Told told, Dossier dossier) {
    boolean same =
        told.text("subject").equals(dossier.system().subject())
            && told.text("audience").equals(dossier.system().audience());
    if (!same) {
      findings.accept(
          new Finding(
              Flaw.NOT_APPROVED,
              0,
              told.seq(),
              "the identity that was proved is not that of the rules"));
    }
  }
}
