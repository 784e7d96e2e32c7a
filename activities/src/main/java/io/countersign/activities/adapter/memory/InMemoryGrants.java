package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.Grants;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.record.Grant;
import io.countersign.record.GrantOrder;
import io.countersign.record.GrantRequestKey;
import io.countersign.record.GrantState;
import io.countersign.record.GrantTicket;
import io.countersign.record.JsonDocument;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The monitor guards the maps; a lock of its own per grant is what a writer holds, as a row lock
 * is.
 */
final class InMemoryGrants implements Grants {
  private static final long PATIENCE_SECONDS = 5;

  private final InMemoryReleases releases;
  private final Map<UUID, Grant> grants = new HashMap<>();
  private final Map<UUID, ReentrantLock> locks = new HashMap<>();
  private final Map<Asked, UUID> keys = new HashMap<>();
  private long lastFence;

  private final Set<Place> reserved = new HashSet<>();

  private record Place(SystemRef system, Slot slot) {}

  private record Asked(ReleaseId release, GrantRequestKey key) {}

  InMemoryGrants(InMemoryReleases releases) {
    this.releases = releases;
  }

  @Override
  public synchronized GrantTicket openGrant(GrantOrder order) {
    ReleaseId release = order.release();
    UUID known = keys.get(new Asked(release, order.key()));
    if (known != null) {
      return get(known).ticket();
    }
    if (releases.frozen(release).isEmpty()) {
      throw new GateException(FailureType.RECORD_CONFLICT, release + " is not frozen");
    }
    List<Grant> held = openGrants(release.environment(), release.system());
    boolean own = held.stream().anyMatch(grant -> grant.release().equals(release));
    Optional<Slot> free =
        List.of(Slot.values()).stream()
            .filter(slot -> held.stream().noneMatch(grant -> grant.slot() == slot))
            .filter(slot -> !reserved.contains(new Place(SystemRef.of(release), slot)))
            .findFirst();
    if (own || free.isEmpty()) {
      throw Grants.notOpened(order, own);
    }
    lastFence++;
    Grant opened =
        new Grant(
            UUID.randomUUID(),
            release,
            free.get(),
            GrantState.WRITING,
            lastFence,
            lastFence,
            order.openedAt(),
            null,
            order.expiresAt(),
            null,
            order.namespaceId(),
            order.runId(),
            null,
            null,
            null);
    grants.put(opened.grantId(), opened);
    locks.put(opened.grantId(), new ReentrantLock());
    keys.put(new Asked(release, order.key()), opened.grantId());
    return opened.ticket();
  }

  @Override
  public Optional<GrantTicket> takeOver(ReleaseId release, String namespaceId, String runId) {
    return select(grant -> grant.release().equals(release) && grant.state().open()).stream()
        .findFirst()
        .map(
            open ->
                locked(
                    open.grantId(),
                    () -> {
                      Grant now = get(open.grantId());
                      Grants.requireTakeable(now, namespaceId);
                      return now.runId().equals(runId)
                          ? now.ticket()
                          : change(now.grantId(), held -> held.of(runId, nextFence())).ticket();
                    }));
  }

  @Override
  public <T> T whileWriting(
      GrantTicket ticket, JsonDocument spec, Instant at, RoleWriter<T> writer) {
    return locked(
        ticket.grantId(),
        () -> {
          Grant grant = get(ticket.grantId());
          grant.requireWritable(ticket, spec, at);
          Written<T> written = writer.write(grant);
          if (grant.state() == GrantState.WRITING) {
            change(grant.grantId(), held -> held.live(at, spec, written.proof()));
          }
          return written.answer();
        });
  }

  @Override
  public Optional<Grant> beginRevocation(ReleaseId release) {
    Optional<Grant> open =
        select(grant -> grant.release().equals(release) && grant.state().open()).stream()
            .findFirst();
    return open.flatMap(
        grant ->
            locked(
                grant.grantId(),
                () -> {
                  Grant now = get(grant.grantId());
                  if (!now.state().open()) {
                    return Optional.empty();
                  }
                  return Optional.of(
                      now.state() == GrantState.REVOKING
                          ? now
                          : change(now.grantId(), held -> held.revoking(nextFence())));
                }));
  }

  @Override
  public void closeGrant(UUID grantId, JsonDocument proof, Instant at) {
    locked(
        grantId,
        () ->
            get(grantId).requireClosable()
                ? change(grantId, held -> held.revoked(at, proof))
                : get(grantId));
  }

  @Override
  public <T> Optional<T> whileFree(String environment, String system, Slot slot, Supplier<T> work) {
    Place place = new Place(new SystemRef(environment, system), slot);
    if (!reserve(place)) {
      return Optional.empty();
    }
    try {
      return Optional.of(work.get());
    } finally {
      free(place);
    }
  }

  private synchronized boolean reserve(Place place) {
    SystemRef system = place.system();
    return openGrants(system.environment(), system.system()).stream()
            .noneMatch(grant -> grant.slot() == place.slot())
        && reserved.add(place);
  }

  private synchronized void free(Place place) {
    reserved.remove(place);
  }

  @Override
  public List<Grant> openGrants() {
    return select(grant -> grant.state().open());
  }

  @Override
  public List<Grant> openGrants(String environment, String system) {
    return select(
        grant ->
            grant.state().open()
                && grant.release().environment().equals(environment)
                && grant.release().system().equals(system));
  }

  @Override
  public List<Grant> grants(ReleaseId release) {
    return select(grant -> grant.release().equals(release));
  }

  synchronized List<Grant> select(Predicate<Grant> wanted) {
    return grants.values().stream()
        .filter(wanted)
        .sorted(Comparator.comparingLong(Grant::ordinal))
        .toList();
  }

  private synchronized Grant get(UUID grantId) {
    Grant grant = grants.get(grantId);
    if (grant == null) {
      throw new GateException(FailureType.RECORD_CONFLICT, "no such grant");
    }
    return grant;
  }

  private synchronized Grant change(UUID grantId, UnaryOperator<Grant> change) {
    Grant changed = change.apply(get(grantId));
    grants.put(grantId, changed);
    return changed;
  }

  private synchronized long nextFence() {
    lastFence++;
    return lastFence;
  }

  private synchronized ReentrantLock lockOf(UUID grantId) {
    return locks.getOrDefault(grantId, new ReentrantLock());
  }

  private <T> T locked(UUID grantId, Supplier<T> work) {
    ReentrantLock lock = lockOf(grantId);
    try {
      if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new GateException(FailureType.DATABASE_UNAVAILABLE, "the grant is locked");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GateException(FailureType.DATABASE_UNAVAILABLE, "interrupted", e);
    }
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
