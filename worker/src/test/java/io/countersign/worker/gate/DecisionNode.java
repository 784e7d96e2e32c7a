package io.countersign.worker.gate;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresLiveTraces;
import io.countersign.activities.adapter.postgres.PostgresSettings;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.engine.LocalPostgres;
import io.countersign.activities.live.LiveBoard;
import io.countersign.activities.live.LiveLimits;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveDecisions.Sight;
import io.countersign.activities.port.LiveDecisions.View;
import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.runtime.GateKeys;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What one decision node sees of the gatehouse's record, with the rights of a decision node. */
final class DecisionNode implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  private final PostgresDatabase database;
  private final LiveBoard board;
  private final WorkloadKey workload;

  /**
   * @param trust by whose keys it believes the gate
   */
  DecisionNode(LocalPostgres postgres, Path trust, Manifest manifest) {
    database =
        new PostgresDatabase(
            PostgresSettings.of(
                postgres.url() + "?options=-c%20role=countersign_decider",
                postgres.user(),
                postgres::password));
    board =
        new LiveBoard(
            new PostgresLiveTraces(database),
            new DocumentReader(text -> Keys.publicKey(text).keyId()),
            new GateKeys(trust, Duration.ofDays(1), System::nanoTime),
            LiveLimits.usual(),
            Clock.systemUTC());
    workload =
        new WorkloadKey(
            manifest.id().environment(),
            manifest.id().system(),
            manifest.workload().issuer(),
            manifest.workload().identity());
    board.start();
  }

  Hold hold(ReleaseId id) {
    View view = board.view();
    return view.sight() != Sight.FRESH
        ? Hold.NOT_LIVE
        : view.of(workload).stream()
            .filter(release -> release.id().equals(id))
            .map(GovernedRelease::hold)
            .findFirst()
            .orElse(Hold.NOT_LIVE);
  }

  /** Waits, looking ten times in a millisecond, and answers when it was seen: {@code nanoTime}. */
  long await(ReleaseId id, Hold hold) {
    long end = System.nanoTime() + PATIENCE;
    while (hold(id) != hold) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited for " + hold + ", last seen: " + hold(id));
      }
      LockSupport.parkNanos(100_000);
    }
    return System.nanoTime();
  }

  @Override
  public void close() {
    board.close();
    database.close();
  }
}
