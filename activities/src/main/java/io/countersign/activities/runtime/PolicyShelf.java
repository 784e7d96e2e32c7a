package io.countersign.activities.runtime;

import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.RuntimePolicies;
import io.countersign.activities.port.RuntimePolicies.Compilation;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.release.Digest;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policies by the digest of their bytes, read and compiled once for all releases that share them,
 * by the executor's threads and never by whoever asks. When guard rails change, a policy goes on
 * with the earlier ones until it is compiled with the newer, for {@link #GRACE} at most, in which
 * the approved policy itself decides as before; what is not compiled then decides nothing. What
 * could not be had is tried again after a while.
 */
public final class PolicyShelf implements ApprovedPolicies {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyShelf.class);
  private static final Duration AGAIN = Duration.ofSeconds(10);

  /** How long earlier guard rails may go on where the newer ones are not compiled in. */
  static final Duration GRACE = Duration.ofMinutes(1);

  private static final Held LOADING = new Held.Missing(DecisionReason.POLICY_LOADING);

  private final PolicyBytes bytes;
  private final RuntimePolicies engine;
  private final Supplier<Rails> rails;
  private final Executor threads;
  private final LongSupplier nanos;

  private final Map<Digest, Kept> kept = new ConcurrentHashMap<>();
  private final Map<Place, Failed> failed = new ConcurrentHashMap<>();
  private final Set<Place> pending = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Since since;

  /** Since when guard rails are known. */
  private record Since(Digest rails, long at) {}

  /**
   * Guard rails in force.
   *
   * @param digest changes when they do
   */
  public record Rails(Digest digest, Map<String, byte[]> files) {}

  private record Place(Digest digest, String uri) {}

  private record Kept(Digest rails, Map<String, byte[]> files, Held held) {}

  private record Failed(Held.Missing held, long at) {}

  public PolicyShelf(
      PolicyBytes bytes,
      RuntimePolicies engine,
      Supplier<Rails> rails,
      Executor threads,
      LongSupplier nanos) {
    this.bytes = bytes;
    this.engine = engine;
    this.rails = rails;
    this.threads = threads;
    this.nanos = nanos;
  }

  @Override
  public Held of(GovernedRelease release) {
    Kept found = kept.get(release.policyDigest());
    Digest now = rails.get().digest();
    long known = known(now);
    if (found != null && found.rails().equals(now)) {
      return found.held();
    }
    Place place = new Place(release.policyDigest(), release.policyUri());
    Failed failure = failed.get(place);
    if (failure == null || nanos.getAsLong() - failure.at() > AGAIN.toNanos()) {
      want(place);
    }
    if (found != null && known <= GRACE.toNanos()) {
      return found.held();
    }
    return failure != null ? failure.held() : LOADING;
  }

  /** For how long these guard rails are known. */
  private long known(Digest now) {
    Since last = since;
    if (last == null || !last.rails().equals(now)) {
      last = new Since(now, nanos.getAsLong());
      since = last;
    }
    return nanos.getAsLong() - last.at();
  }

  /** Forgets every policy but these. */
  public void retain(Set<Digest> wanted) {
    kept.keySet().removeIf(digest -> !wanted.contains(digest));
    failed.keySet().removeIf(place -> !wanted.contains(place.digest()));
  }

  private void want(Place place) {
    if (pending.add(place)) {
      threads.execute(
          () -> {
            try {
              load(place);
            } finally {
              pending.remove(place);
            }
          });
    }
  }

  private void load(Place place) {
    DecisionReason trouble = DecisionReason.INTERNAL;
    try {
      Rails now = rails.get();
      Kept before = kept.get(place.digest());
      PolicyBytes.Read read =
          before == null
              ? bytes.read(place.uri(), place.digest())
              : new PolicyBytes.Read(null, before.files());
      trouble = read.trouble();
      if (trouble == null) {
        kept.put(place.digest(), compiled(place, read.files(), now));
        failed.remove(place);
        return;
      }
    } catch (Throwable defect) {
      LOG.error("The policy {} was not made ready", place.digest(), defect);
    }
    failed.put(
        place,
        new Failed(
            new Held.Missing(trouble == null ? DecisionReason.INTERNAL : trouble),
            nanos.getAsLong()));
  }

  private Kept compiled(Place place, Map<String, byte[]> files, Rails now) {
    Compilation compilation = engine.compile(files, now.files());
    if (compilation instanceof Compilation.Ready ready) {
      return new Kept(now.digest(), files, new Held.Ready(ready.policy()));
    }
    LOG.error(
        "The policy {} is refused: {}",
        place.digest(),
        String.join("; ", ((Compilation.Refused) compilation).defects()));
    return new Kept(now.digest(), files, new Held.Missing(DecisionReason.POLICY_REFUSED));
  }

  /** The policy of these bytes, for tests and measurements. */
  @Nullable RuntimePolicy ready(Digest digest) {
    Kept found = kept.get(digest);
    return found != null && found.held() instanceof Held.Ready ready ? ready.policy() : null;
  }
}
