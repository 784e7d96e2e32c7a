package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.DecisionBatches;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Batches in memory. Arbiter of nothing: another process does not see them. */
public final class UnsafeInMemoryDecisionBatches implements DecisionBatches {
  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::node).thenComparing(Place::number);

  private final List<Batch> stored = new ArrayList<>();
  private final List<Batch> work = new ArrayList<>();
  private final List<Batch> postponed = new ArrayList<>();

  @Override
  public synchronized void store(Batch batch) {
    if (stored.contains(batch)) {
      return;
    }
    for (Batch before : stored) {
      boolean other =
          before.number() >= batch.number()
              || (before.number() + 1 == batch.number()
                  && !before.digest().equals(batch.previous()));
      if (before.node().equals(batch.node()) && other) {
        throw new GateException(FailureType.RECORD_CONFLICT, "a batch follows the batch before");
      }
    }
    stored.add(batch);
    work.add(batch);
  }

  @Override
  public synchronized List<Batch> unfolded(int limit) {
    return work.stream().filter(batch -> !postponed.contains(batch)).limit(limit).toList();
  }

  @Override
  public synchronized void folded(Batch batch) {
    work.remove(batch);
  }

  @Override
  public synchronized void postponed(Batch batch) {
    postponed.add(batch);
  }

  @Override
  public synchronized List<Place> places(@Nullable Place after, int limit) {
    return stored.stream()
        .map(batch -> new Place(batch.node(), batch.number(), work.contains(batch)))
        .sorted(ORDER)
        .filter(place -> after == null || ORDER.compare(place, after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<Batch> batch(Place place) {
    return stored.stream()
        .filter(one -> one.node().equals(place.node()) && one.number() == place.number())
        .findFirst();
  }

  /** Everything that was stored, in order. */
  public synchronized List<Batch> stored() {
    return List.copyOf(stored);
  }
}
