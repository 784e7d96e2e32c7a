package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveDecisions;
import io.countersign.release.ReleaseId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What is in force as its holder says. Arbiter of nothing: no record stands behind it. */
public final class UnsafeInMemoryLiveDecisions implements LiveDecisions {
  private static final Comparator<ReleaseId> ORDER = Comparator.comparing(ReleaseId::toString);

  private final Map<ReleaseId, GovernedRelease> releases = new ConcurrentSkipListMap<>(ORDER);
  private final Clock clock;
  private volatile Sight sight = Sight.FRESH;
  private volatile Duration staleness = Duration.ZERO;

  public UnsafeInMemoryLiveDecisions(Clock clock) {
    this.clock = clock;
  }

  /** Adds a release, or says how it stands now. */
  public void put(GovernedRelease release) {
    releases.put(release.id(), release);
  }

  public void remove(ReleaseId release) {
    releases.remove(release);
  }

  /** Says how old the reading is from now on, and what that means. */
  public void looks(Sight now, Duration age) {
    staleness = age;
    sight = now;
  }

  @Override
  public View view() {
    return new InMemoryView(sight, staleness, clock.instant());
  }

  private final class InMemoryView implements View {
    private final Sight sight;
    private final Duration staleness;
    private final Instant at;

    InMemoryView(Sight sight, Duration staleness, Instant at) {
      this.sight = sight;
      this.staleness = staleness;
      this.at = at;
    }

    @Override
    public Sight sight() {
      return sight;
    }

    @Override
    public Duration staleness() {
      return staleness;
    }

    @Override
    public List<GovernedRelease> of(WorkloadKey workload) {
      return releases.values().stream()
          .filter(release -> release.workload().equals(workload))
          .map(release -> release.at(at))
          .toList();
    }

    @Override
    public int inForce() {
      return (int)
          releases.values().stream()
              .filter(release -> release.at(at).hold() == Hold.IN_FORCE)
              .count();
    }
  }
}
