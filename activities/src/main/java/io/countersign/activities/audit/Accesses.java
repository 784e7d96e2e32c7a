package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.EmergencyCase;
import io.countersign.activities.release.EmergencyReview;
import io.countersign.activities.release.Standing;
import io.countersign.activity.GateJson;
import io.countersign.grant.GrantProof;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.signoff.SignOffDecision;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Access and its end: no grant before its decision or beyond it, none after an end without a new
 * decision, and a proof of every end.
 */
final class Accesses {
  private static final Set<String> NO =
      Set.of(SignOffDecision.TAKE_BACK.toString(), SignOffDecision.REJECT.toString());

  private final Dossier dossier;
  private final Verdicts verdicts;
  private final Consumer<Finding> findings;
  private final List<Entry> telling = new ArrayList<>();
  private final Set<String> ended = new HashSet<>();
  private final List<Span> spans = new ArrayList<>();
  private @Nullable Open open;
  private @Nullable Instant begun;
  private boolean identified;
  private long lastEnd;
  private @Nullable Entry live;
  private @Nullable Instant reviewBy;
  private @Nullable Instant reviewedAt;
  private @Nullable Entry no;

  /** Access that is not proved to have ended. */
  record Open(String grantId, Slot slot, long seq, Instant at, Instant until) {}

  /**
   * Access from its grant to the proof of its end.
   *
   * @param until the end that it was given
   * @param no the first thing in the record that forbade it, by entry and time; null for nothing
   * @param ended null while it is open
   */
  record Span(long seq, Instant at, Instant until, @Nullable Entry no, @Nullable Instant ended) {}

  Accesses(Dossier dossier, Verdicts verdicts, Consumer<Finding> findings) {
    this.dossier = dossier;
    this.verdicts = verdicts;
    this.findings = findings;
  }

  Optional<Open> open() {
    return Optional.ofNullable(open);
  }

  /** Every access, the open one included, in order. */
  List<Span> spans() {
    List<Span> all = new ArrayList<>(spans);
    Open still = open;
    if (still != null) {
      all.add(new Span(still.seq(), still.at(), still.until(), no, null));
    }
    return all;
  }

  /** A workload with the identity of the rules has logged in. */
  void identified() {
    identified = true;
  }

  /** A rollback of a successor to this release begins its validity anew. */
  void broughtBack() {
    begun = null;
  }

  /** Until when an emergency had to be reviewed; nothing for no emergency. */
  Optional<Instant> reviewBy() {
    return Optional.ofNullable(reviewBy);
  }

  /** When those whom the emergency skipped had reviewed it. */
  Optional<Instant> reviewedAt() {
    return Optional.ofNullable(reviewedAt);
  }

  /** A review that the gate says is complete, judged again. */
  void reviewed(Told told, Hearing hearing, List<Rules> inForce) {
    EmergencyCase emergency = EmergencyCase.of(dossier).orElse(null);
    Entry first = live;
    Instant by = reviewBy;
    boolean held =
        emergency != null
            && first != null
            && by != null
            && told.at().isBefore(by)
            && inForce.stream()
                .anyMatch(rules -> hearing.reviewed(emergency.places(), first, told, rules));
    if (held) {
      reviewedAt = told.at();
    } else {
      findings.accept(
          new Finding(
              Flaw.NOT_APPROVED,
              0,
              told.seq(),
              "the emergency was not reviewed in time by those whom it skipped"));
    }
  }

  /** The first access sets the date, and no later one moves it. */
  private void requireReview(Told told, Numbered said) {
    EmergencyCase emergency = EmergencyCase.of(dossier).orElse(null);
    if (emergency == null) {
      return;
    }
    boolean first = live == null;
    live = first ? told.entry() : live;
    String by = told.text(EmergencyReview.REVIEW_BY);
    Instant latest =
        first ? told.at().plus(emergency.review().duration()).plus(Stamps.SKEW) : reviewBy;
    if (by.isEmpty() || latest == null || Instant.parse(by).isAfter(latest)) {
      not(told, said, "the emergency has no date of its review, or a later one");
    } else {
      reviewBy = Instant.parse(by);
    }
    if (reviewBy != null && reviewedAt == null && !told.at().isBefore(reviewBy)) {
      not(told, said, "access was given while the review of the emergency was overdue");
    }
  }

  /** Every entry comes by here, after it was looked at. */
  void tell(Told told) {
    if (Standing.tells(told.kind())) {
      telling.add(told.entry());
      if (open != null && no == null && Standing.of(dossier.id(), telling) != Standing.CLEAR) {
        no = told.entry();
      }
    }
  }

  void granted(Told told, Numbered said) {
    requireSaid(told, said, "grant");
    String grantId = told.text("grantId");
    Standing standing = Standing.of(dossier.id(), telling);
    if (open != null || ended.contains(grantId)) {
      early(
          told, said, "access was given while the grant before it had not ended, or after its end");
    } else if (standing != Standing.CLEAR) {
      early(told, said, "access was given while the release was " + standing);
    }
    if (!identified) {
      early(told, said, "access was given before any workload had proved its identity");
    }
    begun = begun == null ? told.at() : begun;
    Verdicts.Standing decision = verdicts.approved().orElse(null);
    if (decision == null || decision.seq() < lastEnd) {
      early(told, said, "access was given without a decision before it");
    } else {
      requireWithin(told, said, decision);
    }
    lastEnd = told.seq();
    try {
      requireReview(told, said);
      open =
          new Open(
              grantId, slot(told), told.seq(), told.at(), Instant.parse(told.text("expiresAt")));
      no = overtaken(decision);
    } catch (IllegalArgumentException | DateTimeException e) {
      unreadable(told, said, e);
    }
  }

  /** A "no" that came after the decision, while the role was being written. */
  private @Nullable Entry overtaken(Verdicts.@Nullable Standing decision) {
    return telling.stream()
        .filter(entry -> decision != null && entry.seq() > decision.seq())
        .filter(entry -> entry.kind() == EntryKind.SIGN_OFF)
        .filter(entry -> NO.contains(Dossiers.json(entry.body()).path("decision").asText()))
        .findFirst()
        .orElse(null);
  }

  private static Slot slot(Told told) {
    return Arrays.stream(Slot.values())
        .filter(slot -> slot.toString().equals(told.text("slot")))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("slot: none of this name"));
  }

  private static <T> T value(Told told, String field, Class<T> type) {
    return GateJson.mapper().convertValue(Json.object(told.body(), field), type);
  }

  private void requireWithin(Told told, Numbered said, Verdicts.Standing decision) {
    verdicts
        .lapsed(decision, told.at())
        .ifPresent(why -> not(told, said, "when access was given the decision was " + why));
    try {
      Slot slot = slot(told);
      GrantSpec wanted =
          new GrantSpec(
              dossier.id(),
              slot,
              dossier.system().subject(),
              dossier.system().audience(),
              dossier.manifest().access().policies(),
              dossier.manifest().access().tokenTtl(),
              dossier.manifest().access().validity());
      GrantSpec spec = value(told, "spec", GrantSpec.class);
      GrantProof proof = value(told, "proof", GrantProof.class);
      Instant end = Instant.parse(told.text("expiresAt"));
      if (!wanted.equals(spec)) {
        not(told, said, "access is not what the release and the rules say");
      } else if (!dossier.id().equals(proof.release())
          || proof.slot() != slot
          || !SlotRole.of(wanted).equals(proof.role())
          || !proof.policies().equals(digests(decision))) {
        not(told, said, "what Vault read back is not what was reviewed");
      } else if (end.isAfter(
          Objects.requireNonNull(begun).plus(dossier.manifest().access().validity().duration()))) {
        not(told, said, "access lasts longer than the release may");
      } else if (decision.decision().until() != null && end.isAfter(decision.decision().until())) {
        not(told, said, "access lasts longer than the waivers that it rests on");
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      unreadable(told, said, e);
    }
  }

  private static SortedMap<String, Digest> digests(Verdicts.Standing decision) {
    SortedMap<String, Digest> digests = new TreeMap<>();
    decision
        .review()
        .policies()
        .forEach(
            (name, body) -> digests.put(name, Digest.of(body.getBytes(StandardCharsets.UTF_8))));
    return digests;
  }

  void revoked(Told told, Numbered said) {
    requireSaid(told, said, "revocation");
    String grantId = told.text("grantId");
    ended.add(grantId);
    lastEnd = told.seq();
    Open ending = open;
    if (ending == null || !ending.grantId().equals(grantId)) {
      // A grant whose role may have been written is revoked and proved like one that was live.
      return;
    }
    try {
      RevocationProof proof = value(told, "proof", RevocationProof.class);
      boolean proved =
          dossier.id().equals(proof.release())
              && proof.slot() == ending.slot()
              && twoLooks(proof, ending)
              && !proof.at().isAfter(told.at().plus(Stamps.SKEW));
      if (proved) {
        spans.add(new Span(ending.seq(), ending.at(), ending.until(), no, proof.at()));
        open = null;
      } else {
        findings.accept(
            new Finding(
                Flaw.NOT_REVOKED,
                said.number(),
                told.seq(),
                "the proof is of something else, or no proof"));
      }
    } catch (IllegalArgumentException e) {
      unreadable(told, said, e);
    }
  }

  /** The slot was seen empty twice, one look after the other and both after the grant. */
  private static boolean twoLooks(RevocationProof proof, Open ending) {
    Instant first = Objects.requireNonNullElse(proof.firstEmptyAt(), Instant.MAX);
    Instant second = Objects.requireNonNullElse(proof.at(), Instant.MIN);
    return first.isBefore(second) && !first.isBefore(ending.at().minus(Stamps.SKEW));
  }

  void drifted(Told told, Numbered said) {
    requireSaid(told, said, "drift");
  }

  /** The statement is the entry's body, and where it stands. */
  private void requireSaid(Told told, Numbered said, String word) {
    JsonNode statement = said.line().statement();
    ObjectNode predicate = told.body().deepCopy();
    predicate.put("release", dossier.id().toString());
    predicate.put("releaseDigest", dossier.frozen().releaseDigest().toString());
    predicate.put("entry", told.seq());
    predicate.put("at", EntryHash.time(told.at()));
    boolean same =
        Json.same(statement.path("predicate"), predicate)
            && statement
                .path("subject")
                .equals(Subjects.of(dossier.id().toString(), dossier.frozen().releaseDigest()));
    if (!same) {
      findings.accept(
          Hearing.foreign(said, told, "the " + word + " statement says something else"));
    }
  }

  private void early(Told told, Numbered said, String detail) {
    findings.accept(Hearing.early(said, told, detail));
  }

  private void not(Told told, Numbered said, String detail) {
    findings.accept(new Finding(Flaw.NOT_APPROVED, said.number(), told.seq(), detail));
  }

  private void unreadable(Told told, Numbered said, RuntimeException e) {
    findings.accept(
        new Finding(
            Flaw.UNREADABLE,
            said.number(),
            told.seq(),
            "the entry cannot be read: " + e.getClass().getSimpleName()));
  }
}
