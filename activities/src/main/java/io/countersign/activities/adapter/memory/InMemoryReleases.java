package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.Releases;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.NewEntry;
import io.countersign.record.ReleaseStatus;
import io.countersign.release.ReleaseId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

final class InMemoryReleases implements Releases {
  private final InMemoryEntries entries;
  private final Predicate<ReleaseId> live;
  private final Map<ReleaseId, FrozenRelease> frozen = new HashMap<>();
  private final Map<ReleaseId, Integer> rounds = new HashMap<>();
  private final Map<ReleaseId, ReleaseStatus> statuses = new HashMap<>();

  /**
   * @param live whether a release has a live grant
   */
  InMemoryReleases(InMemoryEntries entries, Predicate<ReleaseId> live) {
    this.entries = entries;
    this.live = live;
  }

  @Override
  public synchronized FrozenRelease freeze(FrozenRelease release, List<NewEntry> told) {
    FrozenRelease stored = frozen.get(release.id());
    if (stored == null) {
      told.forEach(entries::append);
      frozen.put(release.id(), release);
      rounds.put(release.id(), release.reviewRound());
    }
    return release.repeats(stored == null ? release : stored);
  }

  @Override
  public synchronized Optional<FrozenRelease> frozen(ReleaseId release) {
    return Optional.ofNullable(frozen.get(release));
  }

  @Override
  public synchronized List<ReleaseId> incomplete(String environment, String system) {
    return frozen.values().stream()
        .filter(release -> release.id().environment().equals(environment))
        .filter(release -> release.id().system().equals(system))
        .filter(
            release -> told(release.id()).map(status -> status.completedAt() == null).orElse(true))
        .sorted(
            Comparator.comparing(FrozenRelease::frozenAt)
                .thenComparing(release -> release.id().toString()))
        .map(FrozenRelease::id)
        .toList();
  }

  @Override
  public synchronized int reviewRound(ReleaseId release) {
    Integer round = rounds.get(release);
    if (round == null) {
      throw new GateException(FailureType.RECORD_CONFLICT, release + " is not frozen");
    }
    return round;
  }

  @Override
  public synchronized int beginReviewRound(ReleaseId release, int round) {
    int current = reviewRound(release);
    if (round != current && round != current + 1) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "round " + round + " cannot follow " + current);
    }
    rounds.put(release, round);
    return round;
  }

  @Override
  public synchronized Entry tell(NewEntry entry, String state) {
    entry.require(entry.kind() == EntryKind.STATE || entry.kind() == EntryKind.COMPLETE);
    boolean complete = entry.kind() == EntryKind.COMPLETE;
    ReleaseStatus told = new ReleaseStatus(state, entry.at(), complete ? entry.at() : null);
    InMemoryEntries.Appended appended = entries.write(entry);
    if (appended.written()) {
      statuses.merge(entry.release(), told, ReleaseStatus::then);
    }
    return appended.entry();
  }

  @Override
  public Optional<ReleaseStatus> status(ReleaseId release) {
    // The grants have a monitor of their own and ask this one: theirs is not asked for under it.
    return told(release).map(status -> live.test(release) ? status : status.withoutLiveGrant());
  }

  private synchronized Optional<ReleaseStatus> told(ReleaseId release) {
    return Optional.ofNullable(statuses.get(release));
  }

  synchronized List<FrozenRelease> all() {
    return List.copyOf(frozen.values());
  }
}
