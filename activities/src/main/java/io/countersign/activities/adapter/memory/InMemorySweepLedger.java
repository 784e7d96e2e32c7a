package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.SweepLedger;
import io.countersign.grant.Slot;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

final class InMemorySweepLedger implements SweepLedger {
  private final Semaphore lock = new Semaphore(1);
  private final Map<ReleaseId, Missing> missing = new HashMap<>();
  private final Map<Place, Integer> attempts = new HashMap<>();

  private record Missing(int sweeps, Instant at) {
    Missing again(Instant next) {
      return next.isAfter(at) ? new Missing(sweeps + 1, next) : this;
    }
  }

  private record Place(String environment, String system, Slot slot) {}

  @Override
  public synchronized int missing(ReleaseId grantOwner, Instant at) {
    Instant time = at.truncatedTo(ChronoUnit.MICROS);
    return missing
        .merge(grantOwner, new Missing(1, time), (old, first) -> old.again(first.at()))
        .sweeps();
  }

  @Override
  public synchronized void seen(ReleaseId grantOwner) {
    missing.computeIfPresent(grantOwner, (id, old) -> new Missing(0, old.at()));
  }

  @Override
  public synchronized int attempt(String environment, String system, Slot slot) {
    return attempts.merge(new Place(environment, system, slot), 1, Integer::sum);
  }

  @Override
  public synchronized void cleaned(String environment, String system, Slot slot) {
    attempts.remove(new Place(environment, system, slot));
  }

  @Override
  public <T> Optional<T> alone(Supplier<T> sweep) {
    if (!lock.tryAcquire()) {
      return Optional.empty();
    }
    try {
      return Optional.of(sweep.get());
    } finally {
      lock.release();
    }
  }
}
