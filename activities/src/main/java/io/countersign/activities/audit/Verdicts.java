package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.audit.Hearing.Attestation;
import io.countersign.activities.audit.Hearing.Reviewed;
import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.decision.Decision;
import io.countersign.decision.Decision.Approved;
import io.countersign.decision.Decision.Pending;
import io.countersign.decision.Decision.Rejected;
import io.countersign.decision.Judge;
import io.countersign.record.EntryHash;
import io.countersign.release.Digest;
import io.countersign.signoff.SignOff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Judges every decision of the record again, from the record's own rules, checks and sign-offs. */
final class Verdicts {
  private static final String APPROVED = "APPROVED";

  /** Between a decision and its grant; longer, and the decision is judged for the later time. */
  private static final Duration WRITING = Duration.ofMinutes(5);

  private final Dossier dossier;
  private final Hearing hearing;
  private final Consumer<Finding> findings;
  private @Nullable Standing last;
  private @Nullable No no;

  /** A decision that was a no. */
  record No(long seq, Instant at, Rejected why) {}

  /**
   * The decision that holds.
   *
   * @param voices what had been signed off
   * @param review what the decision was about
   */
  record Standing(
      long seq,
      Instant at,
      boolean approved,
      Approved decision,
      List<Voice> voices,
      Rules rules,
      Reviewed review) {}

  Verdicts(Dossier dossier, Hearing hearing, Consumer<Finding> findings) {
    this.dossier = dossier;
    this.hearing = hearing;
    this.findings = findings;
  }

  /** The last decision, if it was a no. */
  Optional<No> rejected() {
    return Optional.ofNullable(no);
  }

  /** The last decision, if it was a yes. */
  Optional<Standing> approved() {
    return Optional.ofNullable(last);
  }

  void decision(Told told, Numbered said, List<Rules> inForce) {
    last = null;
    no = null;
    requireSummary(told, said);
    Rules rules =
        inForce.stream()
            .filter(one -> told.text("approversDigest").equals(one.approversDigest().toString()))
            .findFirst()
            .orElse(null);
    if (rules == null) {
      not(told, said, "it was judged by approvers that the record does not name before it");
      return;
    }
    Reviewed review = hearing.reviewed().orElse(null);
    boolean sameReview =
        review != null
            && told.body().path("round").asInt() == review.round()
            && told.text("reviewDigest").equals(review.digest().toString());
    if (review == null || !sameReview) {
      findings.accept(
          new Finding(
              Flaw.OUT_OF_ORDER,
              said.number(),
              told.seq(),
              "the decision is about another review than the last before it"));
      return;
    }
    List<Voice> voices = hearing.voices();
    Decision again = judged(review, rules, voices, told.at());
    boolean yes = told.text("outcome").equals(APPROVED);
    if (yes && again instanceof Approved approved) {
      requireNamed(told, said, approved, voices);
      last = new Standing(told.seq(), told.at(), true, approved, voices, rules, review);
    } else if (!yes && again instanceof Rejected rejected) {
      no = new No(told.seq(), told.at(), rejected);
    } else {
      not(told, said, "it says " + told.text("outcome") + "; judged again it is " + words(again));
    }
  }

  private Decision judged(Reviewed review, Rules rules, List<Voice> voices, Instant at) {
    return Judge.decide(
        dossier.requirements(review.digest(), rules),
        hearing.checks(review.round()),
        Hearing.counting(rules, voices),
        at);
  }

  /** Whether a decision still held when access was given (I9); nothing when it did. */
  Optional<String> lapsed(Standing decision, Instant granted) {
    Instant at = granted.minus(WRITING);
    if (!at.isAfter(decision.at())) {
      return Optional.empty();
    }
    // Whoever spoke before the writing can have begun was heard.
    List<Voice> heard =
        hearing.voices().stream()
            .filter(one -> one.seq() < decision.seq() || !one.at().isAfter(at))
            .toList();
    Decision again = judged(decision.review(), decision.rules(), heard, at);
    return again instanceof Approved ? Optional.empty() : Optional.of(words(again));
  }

  /** Everything that the decision names stood before it, and every voice of it is named. */
  private void requireNamed(Told told, Numbered said, Approved approved, List<Voice> voices) {
    List<String> named = named(told, "signOffs");
    boolean spoken =
        approved.voices().stream()
            .allMatch(
                voice ->
                    voices.stream()
                        .anyMatch(
                            one ->
                                one.signOff().person().equals(voice.person())
                                    && one.signOff().function() == voice.function()
                                    && named.contains(one.signOff().statementDigest().toString())));
    if (!spoken) {
      not(told, said, "it does not name the sign-offs that fill the requirements");
    }
    for (SignOff waiver : approved.waivers()) {
      if (!named.contains(waiver.statementDigest().toString())) {
        not(told, said, "it does not name the waiver of " + waiver.check());
      }
    }
    if (!named(told, "checks")
        .containsAll(hearing.checkStatements(told.body().path("round").asInt()))) {
      not(told, said, "it does not name every check of its round");
    }
  }

  private static List<String> named(Told told, String field) {
    List<String> named = new ArrayList<>();
    told.body().path(field).forEach(one -> named.add(one.asText()));
    return named;
  }

  /** The Verification Summary says what the entry says, of what stood before it. */
  private void requireSummary(Told told, Numbered said) {
    List<Attestation> counted = new ArrayList<>();
    List<String> named = named(told, "signOffs");
    named.addAll(named(told, "checks"));
    for (String statement : named) {
      Attestation attestation = hearing.attestation(statement).orElse(null);
      if (attestation == null) {
        findings.accept(
            new Finding(
                Flaw.OUT_OF_ORDER,
                said.number(),
                told.seq(),
                "the decision counts " + statement + ", which does not stand before it"));
      } else {
        counted.add(attestation);
      }
    }
    counted.sort(Comparator.comparingLong(Attestation::seq));
    JsonNode statement = said.line().statement();
    boolean same =
        Json.same(statement.path("predicate"), summary(told, counted))
            && statement.path("subject").equals(subjects());
    if (!same) {
      findings.accept(Hearing.foreign(said, told, "the verification summary says something else"));
    }
  }

  private ArrayNode subjects() {
    ArrayNode subjects = Subjects.of(dossier.id().toString(), dossier.frozen().releaseDigest());
    Dossiers.json(dossier.frozen().manifest())
        .path("subjects")
        .properties()
        .forEach(
            named ->
                Subjects.with(
                    subjects,
                    named.getKey(),
                    Digest.parse(named.getValue().path("digest").asText())));
    return subjects;
  }

  private ObjectNode summary(Told told, List<Attestation> counted) {
    boolean passed = told.text("outcome").equals(APPROVED);
    String resource = "countersign:" + dossier.id();
    ObjectNode predicate = JsonNodeFactory.instance.objectNode();
    predicate.putObject("verifier").put("id", "https://countersign.io/gate");
    predicate.put("timeVerified", EntryHash.time(told.at()));
    predicate.put("resourceUri", resource);
    predicate
        .putObject("policy")
        .put("uri", "gate.yaml")
        .putObject("digest")
        .put("sha256", dossier.frozen().gateDigest().hex());
    ArrayNode inputs = predicate.putArray("inputAttestations");
    for (Attestation one : counted) {
      inputs
          .addObject()
          .put("uri", resource + "#" + one.seq())
          .putObject("digest")
          .put("sha256", one.payload().hex());
    }
    predicate.put("verificationResult", passed ? "PASSED" : "FAILED");
    String tier = dossier.frozen().tier().toUpperCase(Locale.ROOT).replace('-', '_');
    predicate.putArray("verifiedLevels").add(passed ? "COUNTERSIGN_" + tier : "FAILED");
    return predicate;
  }

  private void not(Told told, Numbered said, String detail) {
    findings.accept(
        new Finding(Flaw.NOT_APPROVED, said.number(), told.seq(), "the decision: " + detail));
  }

  private static String words(Decision decision) {
    if (decision instanceof Pending pending) {
      return "not met: " + pending.missing().size() + " still missing";
    }
    return decision instanceof Rejected no ? "rejected, " + no.type() : "approved";
  }
}
