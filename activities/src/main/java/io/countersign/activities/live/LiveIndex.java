package io.countersign.activities.live;

import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.activities.port.LiveTraces.Found;
import io.countersign.activities.port.LiveTraces.LiveGrant;
import io.countersign.activities.port.LiveTraces.Reading;
import io.countersign.activities.port.LiveTraces.Told;
import io.countersign.activities.port.LiveTraces.Trace;
import io.countersign.activities.port.Permits;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Releases by the workload that asks for them, from one reading to the next. What is not in a
 * reading is gone; a release whose traces cannot be read is in nobody's list, and keeps no other
 * from being read. For one thread; its contents are for all.
 */
final class LiveIndex {
  private static final Comparator<GovernedRelease> ORDER =
      Comparator.comparing(release -> release.id().toString());

  private final Holding holding;
  private Map<ReleaseId, Kept> kept = Map.of();
  private Map<ReleaseId, Long> known = Map.of();
  private Contents contents = new Contents(Map.of());

  LiveIndex(Holding holding) {
    this.holding = holding;
  }

  /** Newest entries, of what need not be told again. */
  Map<ReleaseId, Long> known() {
    return known;
  }

  /** Takes a reading, and believes of it what these keys prove. */
  Contents take(Reading reading, Permits permits) {
    Map<ReleaseId, Kept> next = new HashMap<>(reading.releases().size() * 2);
    boolean changed = reading.releases().size() != kept.size();
    for (Found found : reading.releases()) {
      Kept before = kept.get(found.id());
      Kept now = now(found, before, permits);
      changed |= !now.equals(before);
      next.put(found.id(), now);
    }
    if (changed) {
      Map<ReleaseId, Long> newest = new HashMap<>(next.size() * 2);
      next.forEach((id, one) -> newest.put(id, one.newest()));
      kept = next;
      known = newest;
      contents = Contents.of(next);
    }
    return contents;
  }

  private Kept now(Found found, @Nullable Kept before, Permits permits) {
    Told told = found.told();
    if (told == null) {
      if (before == null) {
        return new Kept(found.newest(), found.grant(), List.of(), null, null, null, permits);
      }
      return before.newest() == found.newest()
              && before.by() == permits
              && Objects.equals(before.grant(), found.grant())
          ? before
          : judged(found, before.traces(), before.frozen(), before.proof(), permits);
    }
    // What was frozen never changes; its manifest is read once.
    GovernedRelease frozen = before == null ? null : before.frozen();
    return judged(
        found,
        told.traces(),
        frozen == null ? frozen(found.id(), told) : frozen,
        before == null ? null : before.proof(),
        permits);
  }

  private @Nullable GovernedRelease frozen(ReleaseId id, Told told) {
    try {
      return holding.frozen(id, told);
    } catch (RuntimeException unreadable) {
      return null;
    }
  }

  private static Kept judged(
      Found found,
      List<Trace> traces,
      @Nullable GovernedRelease frozen,
      @Nullable Proof before,
      Permits permits) {
    GovernedRelease release = null;
    Proof proof = null;
    try {
      if (frozen != null) {
        proof = Proof.of(frozen, traces, found.grant(), before, permits);
        release = Holding.judge(frozen, traces, found.grant(), proof);
      }
    } catch (RuntimeException unreadable) {
      // It is in nobody's list then.
      release = null;
    }
    return new Kept(found.newest(), found.grant(), traces, frozen, proof, release, permits);
  }

  private record Kept(
      long newest,
      @Nullable LiveGrant grant,
      List<Trace> traces,
      @Nullable GovernedRelease frozen,
      @Nullable Proof proof,
      @Nullable GovernedRelease release,
      Permits by) {}

  /** Never changed once it was made. */
  record Contents(Map<WorkloadKey, List<GovernedRelease>> releases) {
    private static Contents of(Map<ReleaseId, Kept> kept) {
      Map<WorkloadKey, List<GovernedRelease>> lists = new HashMap<>(kept.size() * 2);
      for (Kept one : kept.values()) {
        GovernedRelease release = one.release();
        if (release != null) {
          lists.computeIfAbsent(release.workload(), key -> new ArrayList<>(1)).add(release);
        }
      }
      lists.replaceAll((key, list) -> list.stream().sorted(ORDER).toList());
      return new Contents(lists);
    }

    List<GovernedRelease> of(WorkloadKey workload, Instant at) {
      List<GovernedRelease> list = releases.get(workload);
      if (list == null) {
        return List.of();
      }
      return list.size() == 1
          ? List.of(list.get(0).at(at))
          : list.stream().map(release -> release.at(at)).toList();
    }

    int inForce(Instant at) {
      return (int)
          releases.values().stream()
              .flatMap(List::stream)
              .filter(release -> release.at(at).hold() == Hold.IN_FORCE)
              .count();
    }
  }
}
