package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.ExternalRequest;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.check.CheckResult;
import io.countersign.decision.Judge;
import io.countersign.decision.Requirements;
import io.countersign.decision.Review;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.Requirement;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a decision rests on: check results, reviews and sign-offs, each verified once and kept
 * parsed, in the order of the record.
 */
final class Hearing {
  private final SignedStatements statements;
  private final Collection<VerificationKey> gateKeys;
  private final KeyReader keys;
  private final Dossier dossier;
  private final Entry resolved;
  private final Consumer<Finding> findings;
  private final Map<Integer, List<CheckResult>> rounds = new TreeMap<>();
  private final Map<Integer, List<String>> results = new TreeMap<>();
  private final List<Voice> voices = new ArrayList<>();

  /** By the statement's digest as decisions name it: what may be counted. */
  private final SortedMap<String, Attestation> attestations = new TreeMap<>();

  private @Nullable Reviewed reviewed;

  /** What people sign off. */
  record Reviewed(int round, Digest digest, SortedMap<String, String> policies) {}

  /** Something that a decision may name. */
  record Attestation(long seq, Digest payload) {}

  /**
   * @param resolved the entry with which the release was frozen
   */
  Hearing(AuditTools tools, Dossier dossier, Entry resolved, Consumer<Finding> findings) {
    this.statements = tools.statements();
    this.gateKeys = tools.gateKeys().values();
    this.keys = tools.keys();
    this.dossier = dossier;
    this.resolved = resolved;
    this.findings = findings;
  }

  Optional<Reviewed> reviewed() {
    return Optional.ofNullable(reviewed);
  }

  List<Voice> voices() {
    return List.copyOf(voices);
  }

  Optional<Attestation> attestation(String statement) {
    return Optional.ofNullable(attestations.get(statement));
  }

  /** Digests of the statements of a round's checks. */
  Set<String> checkStatements(int round) {
    return Set.copyOf(results.getOrDefault(round, List.of()));
  }

  List<CheckResult> checks(int round) {
    return List.copyOf(rounds.getOrDefault(round, List.of()));
  }

  /** A check's result, signed by a worker of the gate, or by the one that its rule names. */
  void check(Told told, Numbered received) {
    CheckRule rule = external(told);
    CheckStatement statement;
    try {
      statement = statements.checkResult(received.line().bytes(), keys(rule));
    } catch (GateException refused) {
      findings.accept(finding(refused, received, told));
      return;
    }
    boolean same =
        statement.release().equals(dossier.id())
            && statement.releaseDigest().equals(dossier.frozen().releaseDigest())
            && told.entry()
                .key()
                .equals(EntryKey.check(statement.round(), statement.result().check()))
            && told.text("outcome").equals(statement.result().outcome().toString())
            && (rule == null ? statement.request() == null : answers(rule, statement, told));
    if (!same) {
      findings.accept(foreign(received, told, "the check result is about something else"));
      return;
    }
    rounds.computeIfAbsent(statement.round(), r -> new ArrayList<>()).add(statement.result());
    results
        .computeIfAbsent(statement.round(), r -> new ArrayList<>())
        .add(received.line().statementDigest().toString());
    attest(told, received);
  }

  /** The rule of a check that somebody else answers; null for those of the gate. */
  private @Nullable CheckRule external(Told told) {
    return dossier.tier().checks().stream()
        .filter(rule -> rule.worker() != null)
        .filter(rule -> told.entry().key().text().endsWith("/" + rule.check()))
        .findFirst()
        .orElse(null);
  }

  private Collection<VerificationKey> keys(@Nullable CheckRule external) {
    return external == null
        ? gateKeys
        : keys.of(Objects.requireNonNull(external.worker(), "worker"));
  }

  private boolean answers(CheckRule rule, CheckStatement statement, Told told) {
    try {
      ExternalRequest.of(dossier, rule, statement.round(), resolved)
          .requireAnswer(statement, told.at());
      return true;
    } catch (GateException another) {
      return false;
    }
  }

  /**
   * Whether an emergency had been reviewed at a time, judged again.
   *
   * @param places who must review it
   * @param live the entry that first gave access
   */
  boolean reviewed(List<Requirement> places, Entry live, Told told, Rules rules) {
    Reviewed now = reviewed;
    List<String> involved =
        voices.stream()
            .filter(voice -> voice.seq() < live.seq())
            .map(Voice::signOff)
            .filter(
                said ->
                    said.decision() == SignOffDecision.APPROVE
                        || said.decision() == SignOffDecision.WAIVE)
            .map(SignOff::person)
            .toList();
    return now != null
        && Judge.reviewed(
                places,
                dossier.requirements(now.digest(), rules),
                checks(now.round()),
                involved,
                counting(rules, voices.stream().filter(v -> v.seq() < live.seq()).toList()),
                counting(rules, voices.stream().filter(v -> v.seq() > live.seq()).toList()),
                live.at(),
                told.at())
            .isPresent();
  }

  /** The review of a round: computed again from rules, scope and checks. */
  void review(Told told) {
    JsonNode document = told.body().path("review");
    SortedMap<String, String> policies = new TreeMap<>();
    document
        .path("policies")
        .properties()
        .forEach(body -> policies.put(body.getKey(), body.getValue().asText()));
    int round = told.body().path("round").asInt();
    Review again = dossier.review(policies, checks(round));
    boolean same =
        document.isObject()
            && told.entry().key().text().equals("review/" + round)
            && told.text("reviewDigest").equals(again.digest().toString())
            && CanonicalJson.digest(document).equals(again.digest());
    if (!same) {
      findings.accept(
          new Finding(
              Flaw.NOT_APPROVED,
              0,
              told.seq(),
              "the review of round " + round + " is not that of its rules and checks"));
      return;
    }
    reviewed = new Reviewed(round, again.digest(), policies);
  }

  /**
   * A sign-off, judged as it was on arrival.
   *
   * @param stamped the authority's time, if it was stamped
   */
  void signOff(Told told, Numbered received, List<Rules> inForce, @Nullable Instant stamped) {
    Finding first = null;
    SignOff read = null;
    for (Rules rules : inForce) {
      Optional<Finding> wrong;
      try {
        SignOff signOff = statements.signOff(received.line().bytes(), rules.keys());
        read = signOff;
        wrong = wrong(signOff, told, received, rules, stamped);
      } catch (GateException refused) {
        wrong = Optional.of(finding(refused, received, told));
      }
      if (wrong.isEmpty()) {
        first = null;
        break;
      }
      first = first == null ? wrong.get() : first;
    }
    if (first != null) {
      findings.accept(first);
    }
    if (read != null && (first == null || first.flaw() != Flaw.FOREIGN_LINE)) {
      // The decision is judged with all that was said, as the gate did.
      voices.add(new Voice(read, told.seq(), told.at(), received.line().payloadDigest()));
      attest(told, received);
    }
  }

  private Optional<Finding> wrong(
      SignOff signOff, Told told, Numbered received, Rules rules, @Nullable Instant stamped) {
    boolean same =
        told.entry().key().equals(EntryKey.signOff(signOff.statementDigest()))
            && told.entry().actor().equals(signOff.person())
            && told.text("function").equals(signOff.function().toString())
            && told.text("decision").equals(signOff.decision().toString())
            && sameWaiver(signOff, told);
    if (!same) {
      return Optional.of(
          foreign(received, told, "the sign-off says something else than its entry"));
    }
    if (reviewed == null) {
      return Optional.of(early(received, told, "the sign-off came before there was a review"));
    }
    return objection(signOff, told, rules, stamped).map(type -> refused(type, received, told));
  }

  /**
   * What the entry says of a waiver is what was signed; entries before 0.1 was whole say nothing.
   */
  private static boolean sameWaiver(SignOff signOff, Told told) {
    return !told.body().has("until")
        || (told.text("until").equals(signOff.ends().toString())
            && told.text("check").equals(signOff.check()));
  }

  private Optional<FailureType> objection(
      SignOff signOff, Told told, Rules rules, @Nullable Instant stamped) {
    Reviewed now = Objects.requireNonNull(reviewed);
    Requirements requirements = dossier.requirements(now.digest(), rules);
    Optional<FailureType> onArrival =
        Judge.objection(
            requirements, checks(now.round()), counting(rules, voices), signOff, told.at());
    if (onArrival.isPresent() || stamped == null || isTakeBack(signOff)) {
      return onArrival;
    }
    return rightsAt(signOff, rules, stamped);
  }

  /** The gate's own clock could be wrong; the authority's is the one that counts. */
  private static Optional<FailureType> rightsAt(SignOff signOff, Rules rules, Instant stamped) {
    Person person = rules.approvers().person(signOff.person()).orElseThrow();
    PersonKey key = person.key(signOff.keyId()).orElseThrow();
    if (key.revokedAt(stamped)) {
      return Optional.of(FailureType.KEY_REVOKED);
    }
    if (!person.validAt(stamped)) {
      return Optional.of(FailureType.PERSON_NOT_VALID);
    }
    return signOff.issuedAt().isAfter(stamped.plus(Stamps.SKEW))
        ? Optional.of(FailureType.NOT_YET_VALID)
        : Optional.empty();
  }

  /** As the gate does, those whose signer's key is not listed any more are left out. */
  static List<SignOff> counting(Rules rules, List<Voice> voices) {
    return voices.stream()
        .map(Voice::signOff)
        .filter(
            one ->
                rules
                    .approvers()
                    .person(one.person())
                    .flatMap(person -> person.key(one.keyId()))
                    .isPresent())
        .toList();
  }

  private static boolean isTakeBack(SignOff signOff) {
    return signOff.decision() == SignOffDecision.TAKE_BACK;
  }

  private void attest(Told told, Numbered received) {
    attestations.put(
        received.line().statementDigest().toString(),
        new Attestation(told.seq(), received.line().payloadDigest()));
  }

  /** A refusal of the gate's own rules, as a flaw of the record that holds it as accepted. */
  static Finding refused(FailureType type, Numbered received, Told told) {
    Flaw flaw =
        switch (type) {
          case NOT_YET_VALID, WRONG_REVIEW -> Flaw.OUT_OF_ORDER;
          case UNKNOWN_KEY -> Flaw.UNKNOWN_KEY;
          default -> Flaw.NOT_ALLOWED;
        };
    return new Finding(flaw, received.number(), told.seq(), type + ": " + type.sentence());
  }

  static Finding finding(GateException refused, Numbered received, Told told) {
    return new Finding(Unfit.flaw(refused), received.number(), told.seq(), Unfit.detail(refused));
  }

  static Finding foreign(Numbered received, Told told, String detail) {
    return new Finding(Flaw.FOREIGN_LINE, received.number(), told.seq(), detail);
  }

  static Finding early(Numbered received, Told told, String detail) {
    return new Finding(Flaw.OUT_OF_ORDER, received.number(), told.seq(), detail);
  }
}
