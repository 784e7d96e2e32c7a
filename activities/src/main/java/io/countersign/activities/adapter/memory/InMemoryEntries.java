package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.ChangeEntries;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.NewEntry;
import io.countersign.record.StatementNonce;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

final class InMemoryEntries implements ChangeEntries {
  private final Map<ReleaseId, List<Entry>> all = new HashMap<>();
  private final Map<StatementNonce, Place> nonces = new HashMap<>();
  private final Map<ReleaseId, Integer> strangers = new HashMap<>();
  private final Map<ReleaseId, Long> counted = new HashMap<>();

  /** The entry that stands under a key, and whether it is new. */
  record Appended(Entry entry, boolean written) {}

  private record Place(ReleaseId release, EntryKey key) {}

  synchronized Appended write(NewEntry entry) {
    Optional<Entry> stored = find(entry);
    if (stored.isPresent()) {
      return new Appended(entry.repeats(stored.get()), false);
    }
    List<Entry> entries = all.computeIfAbsent(entry.release(), id -> new ArrayList<>());
    Digest previous = entries.isEmpty() ? EntryHash.NONE : entries.get(entries.size() - 1).hash();
    Entry written = entry.at(entries.size() + 1, previous);
    entries.add(written);
    return new Appended(written, true);
  }

  @Override
  public Entry append(NewEntry entry) {
    entry.require(!entry.kind().signedByPerson());
    return write(entry).entry();
  }

  @Override
  public synchronized Entry accept(NewEntry entry, StatementNonce nonce) {
    entry.require(entry.kind().signedByPerson());
    find(entry).ifPresent(entry::repeats);
    Place place = new Place(entry.release(), entry.key());
    if (!nonces.getOrDefault(nonce, place).equals(place)) {
      throw new GateException(FailureType.REPLAYED, "the nonce was used by another statement");
    }
    nonces.put(nonce, place);
    return write(entry).entry();
  }

  @Override
  public synchronized Refusal recordRefusal(NewEntry refusal, int cap) {
    refusal.require(
        refusal.kind() == EntryKind.REFUSAL || refusal.kind() == EntryKind.SUBMISSION_REFUSED);
    if (find(refusal).map(refusal::repeats).isPresent()) {
      return Refusal.RECORDED;
    }
    if (strangers.getOrDefault(refusal.release(), 0) < cap) {
      strangers.merge(refusal.release(), 1, Integer::sum);
      write(refusal);
      return Refusal.RECORDED;
    }
    counted.merge(refusal.release(), 1L, Long::sum);
    return Refusal.COUNTED;
  }

  @Override
  public synchronized long countedRefusals(ReleaseId release) {
    return counted.getOrDefault(release, 0L);
  }

  @Override
  public synchronized List<Entry> entries(ReleaseId release) {
    return ChangeEntries.requireReadable(release, List.copyOf(of(release)));
  }

  @Override
  public synchronized List<Entry> entries(ReleaseId release, Set<EntryKind> kinds) {
    return ChangeEntries.requireReadable(
        release, of(release).stream().filter(entry -> kinds.contains(entry.kind())).toList());
  }

  @Override
  public synchronized List<Entry> page(ReleaseId release, long afterSeq, int limit) {
    ChangeEntries.requirePage(limit);
    return of(release).stream().filter(entry -> entry.seq() > afterSeq).limit(limit).toList();
  }

  @Override
  public synchronized long count(ReleaseId release) {
    return of(release).size();
  }

  /** Releases that have entries. */
  synchronized List<ReleaseId> releases() {
    return List.copyOf(all.keySet());
  }

  private List<Entry> of(ReleaseId release) {
    return all.getOrDefault(release, List.of());
  }

  private Optional<Entry> find(NewEntry entry) {
    return of(entry.release()).stream()
        .filter(stored -> stored.key().equals(entry.key()))
        .findFirst();
  }
}
