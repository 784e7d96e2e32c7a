package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.EvidenceStore;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.EvidenceLine;
import io.countersign.record.EvidenceLine.Listed;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.record.ReleaseSeal;
import io.countersign.record.Seal;
import io.countersign.record.Stampable;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class InMemoryEvidence implements EvidenceStore {
  private final InMemoryEntries entries;
  private final List<ReleaseSeal> chain = new ArrayList<>();
  private final Map<Key, EvidenceLine> lines = new HashMap<>();
  private final Set<Stampable> work = new LinkedHashSet<>();

  private record Key(ReleaseId release, String key) {}

  InMemoryEvidence(InMemoryEntries entries) {
    this.entries = entries;
  }

  @Override
  public synchronized Optional<ReleaseSeal> seal(ReleaseId release, Instant at) {
    List<Entry> next = entries.page(release, sealed(release), Seal.MAX_ENTRIES);
    if (next.isEmpty()) {
      return Optional.empty();
    }
    Entry last = next.get(0);
    int bodies = 0;
    for (Entry entry : next) {
      bodies += entry.body().size();
      if (bodies <= Seal.MAX_BODIES) {
        last = entry;
      }
    }
    Seal seal =
        Seal.of(
            chain.size() + 1,
            release,
            next.get(0).seq(),
            last.seq(),
            last.hash(),
            newest().map(Seal::hash).orElse(EntryHash.NONE));
    ReleaseSeal made = new ReleaseSeal(release, at.truncatedTo(ChronoUnit.MICROS), seal);
    chain.add(made);
    work.add(new Stampable(release, seal.number(), 0, seal.hash()));
    return Optional.of(made);
  }

  @Override
  public synchronized List<ReleaseId> unsealed(int limit) {
    EvidenceStore.requireLimit(limit);
    return entries.releases().stream()
        .filter(release -> entries.count(release) > sealed(release))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<Seal> newest() {
    return chain.isEmpty() ? Optional.empty() : Optional.of(chain.get(chain.size() - 1).seal());
  }

  @Override
  public synchronized List<Seal> path(long after, long upTo) {
    return chain.stream()
        .map(ReleaseSeal::seal)
        .filter(seal -> seal.number() > after && seal.number() <= upTo)
        .limit(MAX_READ)
        .toList();
  }

  @Override
  public synchronized List<ReleaseSeal> seals(ReleaseId release, long after, int limit) {
    EvidenceStore.requireLimit(limit);
    return of(release).filter(seal -> seal.seal().number() > after).limit(limit).toList();
  }

  @Override
  public synchronized List<ReleaseSeal> unwritten(int limit) {
    EvidenceStore.requireLimit(limit);
    return chain.stream().filter(seal -> !written(seal)).limit(limit).toList();
  }

  @Override
  public synchronized List<ReleaseSeal> unwritten(ReleaseId release, int limit) {
    EvidenceStore.requireLimit(limit);
    return of(release).filter(seal -> !written(seal)).limit(limit).toList();
  }

  @Override
  public synchronized boolean write(
      ReleaseSeal seal, List<EvidenceLine> lines, List<Stampable> toStamp) {
    if (written(seal)) {
      return false;
    }
    lines.forEach(this::put);
    work.addAll(toStamp);
    return true;
  }

  @Override
  public synchronized List<Stampable> unstamped(int limit) {
    EvidenceStore.requireLimit(limit);
    return work.stream()
        .filter(stampable -> !stampable.isSeal() || written(chain(stampable)))
        .sorted(
            Comparator.comparing((Stampable stampable) -> !stampable.isSeal())
                .thenComparing(Stampable::seal)
                .thenComparing(Stampable::seq))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized void stamp(Stampable stamped, EvidenceLine line) {
    put(line);
    work.remove(stamped);
  }

  @Override
  public synchronized boolean has(ReleaseId release, String key) {
    return lines.containsKey(new Key(release, key));
  }

  @Override
  public synchronized List<Listed> list(ReleaseId release, @Nullable Place after, int limit) {
    EvidenceStore.requireLimit(limit);
    return lines.values().stream()
        .filter(line -> line.release().equals(release))
        .filter(line -> after == null || line.place().compareTo(after) > 0)
        .sorted(Comparator.comparing(EvidenceLine::place))
        .limit(limit)
        .map(line -> new Listed(line.place(), line.key()))
        .toList();
  }

  @Override
  public synchronized Optional<String> envelope(ReleaseId release, String key) {
    return Optional.ofNullable(lines.get(new Key(release, key))).map(EvidenceLine::envelope);
  }

  private void put(EvidenceLine line) {
    lines.putIfAbsent(new Key(line.release(), line.key()), line);
  }

  private boolean written(ReleaseSeal seal) {
    return has(seal.release(), EvidenceStore.recordKey(seal.seal()));
  }

  private ReleaseSeal chain(Stampable stampable) {
    return chain.get((int) stampable.seal() - 1);
  }

  private Stream<ReleaseSeal> of(ReleaseId release) {
    return chain.stream().filter(seal -> seal.release().equals(release));
  }

  private long sealed(ReleaseId release) {
    return of(release).mapToLong(seal -> seal.seal().to()).max().orElse(0);
  }
}
