package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.port.EvidenceLines.Line;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The documents of a bundle: each stands before the seal whose entries name it for the first time,
 * in the order in which they do, is what its digest says, and is about this release. Of evidence
 * only the digest is kept. An evidence document that the archive had lost is a finding, and the
 * rest is still told; without a rule file nothing can be.
 */
final class DocumentDesk {
  private final RuleBook book;
  private final Consumer<Finding> findings;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Set<Named> known = new HashSet<>();

  private record Named(String role, Digest digest) {}

  private record Waiting(Named named, String release, long line) {}

  DocumentDesk(RuleBook book, Consumer<Finding> findings) {
    this.book = book;
    this.findings = findings;
  }

  /** Takes a line that the gate has signed. */
  void take(Line opened, long line) {
    try {
      JsonNode predicate = Json.object(opened.statement(), "predicate");
      Json.only(predicate, "release", "role", "mediaType", "content");
      String role = Json.text(predicate, "role");
      byte[] content = Base64.getDecoder().decode(Json.text(predicate, "content"));
      Digest digest = Digest.of(content);
      Subjects.require(opened.statement(), Subjects.of(role, digest), line);
      if (RuleBook.holds(role)) {
        book.keep(digest, content);
      }
      waiting.add(new Waiting(new Named(role, digest), Json.text(predicate, "release"), line));
    } catch (IllegalArgumentException e) {
      throw new Unfit(
          Flaw.UNREADABLE,
          line,
          0,
          "the document cannot be read: " + String.valueOf(e.getMessage()));
    }
  }

  /**
   * Requires that exactly what a complete seal names for the first time stood before it.
   *
   * @param subjects digests of the manifest: what is named by one of them stays where it is
   */
  void require(OpenSeal seal, ReleaseId release, Set<String> subjects) {
    for (Told told : seal.sealed().entries()) {
      for (Named named : named(seal, told, subjects)) {
        if (known.add(named)) {
          requireNext(named, told, release, seal.line());
        }
      }
    }
    requireNone();
  }

  /** FOREIGN_LINE for a document that no seal follows. */
  void requireNone() {
    Waiting left = waiting.poll();
    if (left != null) {
      throw new Unfit(
          Flaw.FOREIGN_LINE,
          left.line(),
          0,
          "no entry of the seal after it names this document, " + left.named().role() + ", first");
    }
  }

  private void requireNext(Named named, Told told, ReleaseId release, long line) {
    Waiting next = waiting.peek();
    if (next == null || !next.named().equals(named)) {
      boolean there = waiting.stream().anyMatch(one -> one.named().equals(named));
      if (!there && !RuleBook.holds(named.role())) {
        // Nothing else rests on its content: the rest can still be told.
        findings.accept(
            new Finding(
                Flaw.MISSING_LINE,
                line,
                told.seq(),
                "not archived: " + named.role() + ", " + named.digest()));
        return;
      }
      throw new Unfit(
          there ? Flaw.FOREIGN_LINE : Flaw.MISSING_LINE,
          there && next != null ? next.line() : line,
          told.seq(),
          there
              ? "this document does not stand in its order"
              : "the document " + named.role() + ", " + named.digest() + ", is missing");
    }
    if (!next.release().equals(release.toString())) {
      throw new Unfit(
          Flaw.FOREIGN_LINE, next.line(), told.seq(), "the document is of another release");
    }
    waiting.remove();
  }

  private static List<Named> named(OpenSeal seal, Told told, Set<String> subjects) {
    List<Named> named = new ArrayList<>();
    if (told.kind() == EntryKind.RESOLVED) {
      rules(named, told, RuleBook.GATE, "gateDigest", "gateSignatures");
    }
    if (told.kind() == EntryKind.RESOLVED || told.kind() == EntryKind.RIGHTS) {
      rules(named, told, RuleBook.APPROVERS, "approversDigest", "approversSignatures");
    }
    if (told.kind() == EntryKind.CHECK) {
      Numbered result = seal.received(told);
      for (JsonNode document : result.line().statement().at("/predicate/result/evidence")) {
        String digest = document.path("digest").asText();
        if (!subjects.contains(digest)) {
          named.add(new Named("evidence/" + document.path("name").asText(), digest(told, digest)));
        }
      }
    }
    return named;
  }

  private static void rules(
      List<Named> named, Told told, String file, String digest, String signatures) {
    named.add(new Named(file, digest(told, told.text(digest))));
    if (told.body().hasNonNull(signatures)) {
      named.add(new Named(RuleBook.signatures(file), digest(told, told.text(signatures))));
    }
  }

  private static Digest digest(Told told, String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Unfit(
          Flaw.UNREADABLE, 0, told.seq(), "the entry names a document without a digest");
    }
  }
}
