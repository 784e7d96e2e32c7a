package io.countersign.bench;

import io.countersign.activities.adapter.cedar.CedarPolicies;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresDecisionBatches;
import io.countersign.activities.adapter.postgres.PostgresLiveTraces;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.NodeEnvelopes;
import io.countersign.activities.batch.BatchLimits;
import io.countersign.activities.batch.NodeLedger;
import io.countersign.activities.live.LiveBoard;
import io.countersign.activities.live.LiveLimits;
import io.countersign.activities.runtime.Decision;
import io.countersign.activities.runtime.DecisionPoint;
import io.countersign.activities.runtime.PolicyBytes;
import io.countersign.activities.runtime.PolicyShelf;
import io.countersign.grant.SystemRef;
import io.countersign.release.Digest;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.runtime.GateKeys;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A decision node's parts in this process, without its HTTP and its tokens. */
final class DecidingHere implements AutoCloseable {
  private final PostgresDatabase database;
  private final LiveBoard live;
  private final NodeLedger ledger;
  private final ExecutorService readers = Executors.newSingleThreadExecutor();
  private final DecisionPoint point;
  private final long heap;

  DecidingHere(LiveRecord record, Fleet fleet, Path directory, int releases) throws IOException {
    Clock clock = Clock.systemUTC();
    database = new PostgresDatabase(record.decider());
    ledger =
        new NodeLedger(
            BatchLimits.usual("here", directory),
            new NodeEnvelopes(
                KeyFiles.readPrivate(
                    fleet.directory().resolve("keys/decisions.key"), Keys.Passphrase::unavailable)),
            new PostgresDecisionBatches(database),
            clock);
    FileRootSource source =
        FileRootSource.of(
            GateAssembly.reader().gate(fleet.directory().resolve("gate.yaml")).policy().sources(),
            fleet.directory());
    PolicyShelf.Rails rails = new PolicyShelf.Rails(Digest.of(new byte[0]), Map.of());
    PolicyShelf shelf =
        new PolicyShelf(
            new PolicyBytes(() -> Optional.of(source)),
            new CedarPolicies(),
            () -> rails,
            readers,
            System::nanoTime);
    live =
        new LiveBoard(
            new PostgresLiveTraces(database),
            GateAssembly.reader(),
            new GateKeys(record.trust(), Duration.ofDays(1), System::nanoTime),
            LiveLimits.usual(),
            clock);
    point = new DecisionPoint(live, shelf, ledger, clock);
    long before = heap();
    live.start();
    ledger.start();
    Waiting.until("the record is read", () -> live.view().inForce() == releases);
    heap = heap() - before;
    Waiting.until("the policy is compiled", () -> decide(1).allowed());
  }

  /** Bytes that what it knows of the record takes. */
  long bytes() {
    return heap;
  }

  /** Asks for the release of one system, by its number. */
  Decision decide(int number) {
    SystemRef system = Fleet.system(number);
    return point.decide(Asked.caller(system, LiveRecord.VERSION), Asked.question(system, 0));
  }

  DecisionPoint point() {
    return point;
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Waiting.pause(50);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Override
  public void close() {
    live.close();
    ledger.close();
    readers.shutdownNow();
    database.close();
  }
}
