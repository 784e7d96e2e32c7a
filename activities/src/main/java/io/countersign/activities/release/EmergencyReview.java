package io.countersign.activities.release;

import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.Notifier;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.check.CheckResult;
import io.countersign.decision.Judge;
import io.countersign.decision.Requirements;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Requirement;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whom an emergency skips, who told them, and whether they have reviewed it. */
public final class EmergencyReview {
  /** Field of the entry GRANT: until when the emergency must have been reviewed. */
  public static final String REVIEW_BY = "reviewBy";

  private static final String TOLD = "emergency";
  private static final String REVIEWED = "emergency/reviewed";

  private final ReleaseRecord record;
  private final Notifier notifier;
  private final Ledger ledger;

  public EmergencyReview(ReleaseRecord record, Notifier notifier, Ledger ledger) {
    this.record = record;
    this.notifier = notifier;
    this.ledger = ledger;
  }

  /** Tells those who are skipped, once, before anybody can sign. */
  public void announce(Dossier dossier, Rules now) {
    EmergencyCase emergency = EmergencyCase.of(dossier).orElse(null);
    if (emergency == null || ledger.has(dossier.id(), EntryKind.EMERGENCY, TOLD)) {
      return;
    }
    List<String> people = skipped(dossier, emergency, now);
    ledger.append(
        dossier.id(),
        EntryKind.EMERGENCY,
        TOLD,
        body -> {
          body.put("incident", emergency.incident());
          body.put("reason", emergency.reason());
          body.put("tier", dossier.tier().name());
          body.put("instead", emergency.full());
          body.put("review", emergency.review().toString());
          emergency
              .places()
              .forEach(place -> body.withArray("functions").add(place.function().toString()));
          people.forEach(person -> body.withArray("people").add(person));
          emergency.checks().forEach(check -> body.withArray("checks").add(check));
        });
    notifier.notify(
        dossier.id(),
        EntryKind.EMERGENCY,
        "EMERGENCY " + emergency.words() + "; of them: " + String.join(", ", people));
  }

  /** People of the skipped functions who could have signed. */
  private List<String> skipped(Dossier dossier, EmergencyCase emergency, Rules now) {
    List<String> people = new ArrayList<>();
    for (Person person : now.approvers().people()) {
      boolean asked =
          emergency.places().stream()
              .map(Requirement::function)
              .anyMatch(function -> person.functions().contains(function));
      boolean own =
          person.id().equalsIgnoreCase(dossier.frozen().submitter())
              || dossier.manifest().contributors().contains(person.id());
      if (asked && !own && person.validAt(ledger.now())) {
        people.add(person.id());
      }
    }
    return people;
  }

  /** Records a review that is complete; whether it is. */
  public boolean take(
      Dossier dossier,
      Requirements requirements,
      List<CheckResult> checks,
      List<SignOff> signOffs) {
    EmergencyCase emergency = EmergencyCase.of(dossier).orElse(null);
    Instant by = by(record, dossier.id()).orElse(null);
    if (emergency == null || by == null) {
      return false;
    }
    if (reviewed(record, dossier.id())) {
      return true;
    }
    Instant at = ledger.now();
    List<Entry> entries =
        record.entries().entries(dossier.id(), Set.of(EntryKind.GRANT, EntryKind.SIGN_OFF));
    Entry live = first(entries).orElseThrow();
    List<Entry> spoken =
        entries.stream()
            .filter(entry -> entry.kind() == EntryKind.SIGN_OFF && entry.seq() < live.seq())
            .toList();
    List<String> earlier = spoken.stream().map(entry -> entry.key().text()).toList();
    // By the entries: what was signed with a key that is not listed any more cannot be read again.
    List<String> involved =
        spoken.stream().filter(EmergencyReview::agrees).map(Entry::actor).distinct().toList();
    List<SignOff> before = signOffs.stream().filter(s -> earlier.contains(key(s))).toList();
    List<SignOff> after = signOffs.stream().filter(s -> !earlier.contains(key(s))).toList();
    Optional<List<SignOff>> review =
        at.isBefore(by)
            ? Judge.reviewed(
                emergency.places(), requirements, checks, involved, before, after, live.at(), at)
            : Optional.empty();
    review.ifPresent(
        signed ->
            ledger.append(
                dossier.id(),
                EntryKind.EMERGENCY_REVIEWED,
                REVIEWED,
                body ->
                    signed.forEach(
                        one -> body.withArray("signOffs").add(one.statementDigest().toString()))));
    return review.isPresent();
  }

  private static boolean agrees(Entry signOff) {
    SignOffDecision decision =
        SignOffDecision.parse(Dossiers.json(signOff.body()).path("decision").asText());
    return decision == SignOffDecision.APPROVE || decision == SignOffDecision.WAIVE;
  }

  private static String key(SignOff signOff) {
    return EntryKey.signOff(signOff.statementDigest()).text();
  }

  private static Optional<Entry> first(List<Entry> entries) {
    return entries.stream().filter(entry -> entry.kind() == EntryKind.GRANT).findFirst();
  }

  /** Until when a release must be reviewed, from its first access; nothing when it need not be. */
  public static Optional<Instant> by(ReleaseRecord record, ReleaseId release) {
    return first(record.entries().entries(release, Set.of(EntryKind.GRANT)))
        .map(entry -> Dossiers.json(entry.body()).path(REVIEW_BY).asText())
        .filter(by -> !by.isEmpty())
        .map(Instant::parse);
  }

  /** Whether those who were skipped have reviewed it. */
  public static boolean reviewed(ReleaseRecord record, ReleaseId release) {
    return !record.entries().entries(release, Set.of(EntryKind.EMERGENCY_REVIEWED)).isEmpty();
  }

  /** Until when it must still be reviewed; nothing when nothing is left to review. */
  public static Optional<Instant> open(ReleaseRecord record, ReleaseId release) {
    return by(record, release).filter(by -> !reviewed(record, release));
  }

  /** Whether nobody reviewed it in time: it may hold no access any more. */
  public static boolean overdue(ReleaseRecord record, ReleaseId release, Instant at) {
    return open(record, release).filter(by -> !at.isBefore(by)).isPresent();
  }
}
