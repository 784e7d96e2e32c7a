package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.release.Dossiers;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.Seal;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chain of one release's entries and the seals that close them: every hash, link and number.
 * Anything amiss is BROKEN_CHAIN, or UNREADABLE where it cannot even be hashed.
 */
final class Chain {
  private @Nullable ReleaseId release;
  private @Nullable Seal last;
  private long seq;
  private Digest head = EntryHash.NONE;
  private final Set<String> keys = new HashSet<>();

  /** Links that a time stamp's path told of seals that are still to come. */
  private final SortedMap<Long, Seal> ahead = new TreeMap<>();

  /** The entries of one seal. */
  record Sealed(Seal seal, Instant at, List<Told> entries) {
    Sealed {
      entries = List.copyOf(entries);
    }
  }

  @Nullable ReleaseId release() {
    return release;
  }

  long seq() {
    return seq;
  }

  Digest head() {
    return head;
  }

  /** Takes the statement of a seal. */
  Sealed take(JsonNode statement, long line) {
    try {
      JsonNode predicate = Json.object(statement, "predicate");
      Json.only(predicate, "release", "seal", "at", "entries");
      ReleaseId named = ReleaseId.parse(Json.text(predicate, "release"));
      if (release != null && !release.equals(named)) {
        throw broken(line, "the seal is of another release, " + named);
      }
      release = named;
      Seal seal = Json.seal(Json.object(predicate, "seal"));
      requireSeal(seal, named, line);
      Subjects.require(statement, Subjects.of(named.toString(), seal.head()), line);
      List<Told> entries = new ArrayList<>();
      for (JsonNode entry : Json.list(predicate, "entries")) {
        entries.add(entry(named, entry, line));
      }
      if (seq != seal.to() || !head.equals(seal.head())) {
        throw broken(line, "seal " + seal.number() + " does not end with its head");
      }
      last = seal;
      return new Sealed(seal, Json.hashedTime(predicate, "at"), entries);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new Unfit(
          Flaw.UNREADABLE, line, 0, "the seal cannot be read: " + String.valueOf(e.getMessage()));
    }
  }

  private void requireSeal(Seal seal, ReleaseId named, long line) {
    if (!seal.holds() || !seal.release().equals(Seal.digestOf(named))) {
      throw broken(line, "the hash of seal " + seal.number() + " is not that of what it says");
    }
    if (seal.from() != seq + 1) {
      throw broken(
          line,
          "seal " + seal.number() + " begins with entry " + seal.from() + " after entry " + seq);
    }
    Seal before = last;
    boolean linked =
        before == null
            || seal.follows(before)
            || (seal.number() > before.number() + 1 && !seal.previous().equals(before.hash()));
    if (!linked || (seal.number() == 1) != seal.previous().equals(EntryHash.NONE)) {
      throw broken(line, "seal " + seal.number() + " is not linked to the seal before it");
    }
    Seal told = ahead.get(seal.number());
    Seal link = ahead.get(seal.number() - 1);
    if ((told != null && !told.equals(seal)) || (link != null && !seal.follows(link))) {
      throw broken(
          line, "seal " + seal.number() + " is another one than a time stamp of before leads to");
    }
    ahead.headMap(seal.number()).clear();
  }

  private Told entry(ReleaseId named, JsonNode node, long line) {
    Json.only(node, "seq", "at", "kind", "actor", "key", "body", "previous", "hash");
    JsonNode body = Json.object(node, "body");
    Entry entry =
        new Entry(
            named,
            Json.number(node, "seq"),
            Json.hashedTime(node, "at"),
            EntryKind.valueOf(Json.text(node, "kind")),
            Json.text(node, "actor"),
            new EntryKey(Json.text(node, "key")),
            Dossiers.document(body),
            Json.hex(node, "previous"),
            Json.hex(node, "hash"));
    if (entry.seq() != seq + 1) {
      throw new Unfit(
          Flaw.BROKEN_CHAIN, line, entry.seq(), "entry " + entry.seq() + " follows entry " + seq);
    }
    if (!entry.previous().equals(head)) {
      throw new Unfit(
          Flaw.BROKEN_CHAIN, line, entry.seq(), "the entry is not linked to the one before it");
    }
    if (!EntryHash.holds(entry)) {
      throw new Unfit(
          Flaw.BROKEN_CHAIN, line, entry.seq(), "the hash is not that of what the entry says");
    }
    if (!keys.add(entry.key().text())) {
      throw new Unfit(Flaw.BROKEN_CHAIN, line, entry.seq(), "the key of the entry was used before");
    }
    seq = entry.seq();
    head = entry.hash();
    return new Told(entry, body);
  }

  /** A path leads from the last seal to a stamped one; answers whether it does. */
  boolean leads(List<Seal> path) {
    Seal before = last;
    for (Seal link : path) {
      if (before == null || !link.holds() || !link.follows(before)) {
        return false;
      }
      before = link;
    }
    path.forEach(link -> ahead.put(link.number(), link));
    return true;
  }

  private static Unfit broken(long line, String detail) {
    return new Unfit(Flaw.BROKEN_CHAIN, line, 0, detail);
  }
}
