package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Standing;
import io.countersign.activity.GateJson;
import io.countersign.grant.GrantProof;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.release.Digest;
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
  private final Dossier dossier;
  private final Verdicts verdicts;
  private final Consumer<Finding> findings;
  private final List<Entry> telling = new ArrayList<>();
  private final Set<String> ended = new HashSet<>();
  private @Nullable Open open;
  private long lastEnd;
  private int grants;

  /** Access that is not proved to have ended. */
  record Open(String grantId, Slot slot, long seq) {}

  Accesses(Dossier dossier, Verdicts verdicts, Consumer<Finding> findings) {
    this.dossier = dossier;
    this.verdicts = verdicts;
    this.findings = findings;
  }

  Optional<Open> open() {
    return Optional.ofNullable(open);
  }

  int grants() {
    return grants;
  }

  /** Every entry comes by here, after it was looked at. */
  void tell(Told told) {
    if (Standing.tells(told.kind())) {
      telling.add(told.entry());
    }
  }

  void granted(Told told, Numbered said) {
    grants++;
    requireSaid(told, said, "grant");
    String grantId = told.text("grantId");
    Standing standing = Standing.of(dossier.id(), telling);
    if (open != null || ended.contains(grantId)) {
      early(
          told, said, "access was given while the grant before it had not ended, or after its end");
    } else if (standing != Standing.CLEAR) {
      early(told, said, "access was given while the release was " + standing);
    }
    Verdicts.Standing decision = verdicts.approved().orElse(null);
    if (decision == null || decision.seq() < lastEnd) {
      early(told, said, "access was given without a decision before it");
    } else {
      requireWithin(told, said, decision);
    }
    lastEnd = told.seq();
    try {
      open = new Open(grantId, slot(told), told.seq());
    } catch (IllegalArgumentException e) {
      unreadable(told, said, e);
    }
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
          || !proof.policies().equals(digests(decision))) {
        not(told, said, "what Vault read back is not what was reviewed");
      } else if (end.isAfter(told.at().plus(dossier.manifest().access().validity().duration()))) {
        not(told, said, "access lasts longer than the release may");
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
              && !Objects.requireNonNullElse(proof.firstEmptyAt(), Instant.MAX)
                  .isAfter(Objects.requireNonNullElse(proof.at(), Instant.MIN))
              && !proof.at().isAfter(told.at().plus(Stamps.SKEW));
      if (proved) {
        open = null;
      } else {
        findings.accept(
            new Finding(
                Flaw.NOT_REVOKED, said.number(), told.seq(), "the proof is of something else"));
      }
    } catch (IllegalArgumentException e) {
      unreadable(told, said, e);
    }
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
