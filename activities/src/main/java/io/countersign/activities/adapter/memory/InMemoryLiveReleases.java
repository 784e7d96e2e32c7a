package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.LiveReleases;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import io.countersign.record.LiveRelease;
import io.countersign.record.Supersession;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

final class InMemoryLiveReleases implements LiveReleases {
  private final InMemoryReleases releases;
  private final InMemoryGrants grants;
  private final Map<ReleaseId, Supersession> supersessions = new HashMap<>();

  InMemoryLiveReleases(InMemoryReleases releases, InMemoryGrants grants) {
    this.releases = releases;
    this.grants = grants;
  }

  @Override
  public synchronized Optional<LiveRelease> live(String environment, String system) {
    return grants.openGrants(environment, system).stream()
        .filter(grant -> grant.state() == GrantState.LIVE)
        .filter(grant -> !supersessions.containsKey(grant.release()))
        .max(Comparator.comparingLong(Grant::ordinal))
        .map(
            grant ->
                new LiveRelease(
                    grant.release(),
                    releases.frozen(grant.release()).orElseThrow().releaseDigest(),
                    Objects.requireNonNull(grant.liveAt())));
  }

  @Override
  public synchronized void markSuperseded(ReleaseId old, ReleaseId by, Instant at) {
    LiveReleases.requireSuccessor(old, by);
    long newest =
        grants.grants(old).stream().mapToLong(Grant::ordinal).max().orElse(Long.MAX_VALUE);
    boolean newer =
        grants.grants(by).stream()
            .anyMatch(grant -> grant.state() == GrantState.LIVE && grant.ordinal() > newest);
    if (!newer) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, by + " is not live, or not newer than " + old);
    }
    Supersession stored =
        supersessions.computeIfAbsent(
            old, id -> new Supersession(id, by, at.truncatedTo(ChronoUnit.MICROS)));
    if (!stored.by().equals(by)) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, old + " was superseded by " + stored.by());
    }
  }

  @Override
  public synchronized Optional<Supersession> superseded(ReleaseId release) {
    return Optional.ofNullable(supersessions.get(release));
  }

  @Override
  public synchronized void clearSuperseded(ReleaseId by, Instant at) {
    if (grants.grants(by).stream().anyMatch(grant -> grant.state().writable())) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, by + " still holds a grant that is not revoking");
    }
    supersessions.values().removeIf(supersession -> supersession.by().equals(by));
  }
}
