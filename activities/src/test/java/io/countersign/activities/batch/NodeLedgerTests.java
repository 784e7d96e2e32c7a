package io.countersign.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.memory.UnsafeInMemoryDecisionBatches;
import io.countersign.activities.adapter.signing.BundleLines;
import io.countersign.activities.port.DecisionBatches;
import io.countersign.activities.port.DecisionBatches.Batch;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryHash;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeLedgerTests {
  @TempDir private Path directory;

  private final Store store = new Store();

  @Test
  void signsOneBatchForAnIntervalAndWhatWasDecidedInIt() throws IOException {
    try (NodeLedger ledger = node(Duration.ofHours(1))) {
      for (int i = 0; i < 100; i++) {
        ledger.note(Decisions.allowed());
      }
      ledger.note(Decisions.denied("refund.execute"));
    }
    assertThat(store.stored()).hasSize(1);
    BatchStatement batch = statement(store.stored().get(0));
    assertThat(batch.allowed()).isEqualTo(100);
    assertThat(batch.denied()).isEqualTo(1);
    assertThat(batch.number()).isEqualTo(1);
    assertThat(batch.previous()).isEqualTo(EntryHash.NONE);
    assertThat(batch.root()).isEqualTo(new HashTree(store.stored().get(0).sections()).root());
    assertThat(batch.lost().none()).isTrue();
  }

  @Test
  void signsTheDigestOfItsRawLines() throws IOException {
    try (NodeLedger ledger = node(Duration.ofHours(1))) {
      for (int i = 0; i < 100; i++) {
        ledger.note(Decisions.allowed());
      }
    }
    BatchStatement.Lines lines = statement(store.stored().get(0)).lines();
    byte[] file = Files.readAllBytes(directory.resolve("lines").resolve(lines.name()));
    assertThat(lines.digest()).isEqualTo(Digest.of(file));
    assertThat(lines.count()).isEqualTo(100);
    assertThat(new String(file, StandardCharsets.UTF_8).lines()).hasSize(100);
  }

  @Test
  void followsItsOwnChainOverIntervalsAndRestarts() throws IOException {
    try (NodeLedger ledger = node(Duration.ofSeconds(1))) {
      ledger.note(Decisions.allowed());
      until(() -> store.stored().size() == 1);
      ledger.note(Decisions.allowed());
      until(() -> store.stored().size() == 2);
    }
    try (NodeLedger ledger = node(Duration.ofHours(1))) {
      ledger.note(Decisions.allowed());
    }
    List<Batch> batches = store.stored();
    assertThat(batches).extracting(Batch::number).containsExactly(1L, 2L, 3L);
    assertThat(batches).extracting(Batch::node).containsOnly(batches.get(0).node());
    assertThat(batches.get(1).previous()).isEqualTo(batches.get(0).digest());
    assertThat(batches.get(2).previous()).isEqualTo(batches.get(1).digest());
    assertThat(statement(batches.get(2)).lost().none()).isTrue();
  }

  @Test
  void saysThatItEndedWithoutALastBatch() throws IOException {
    NodeLedger killed = ledger(Duration.ofHours(1), 10);
    killed.note(Decisions.allowed());
    // It was never started, so that it does not end its chain either.
    killed.close();
    try (NodeLedger ledger = node(Duration.ofHours(1))) {
      ledger.note(Decisions.allowed());
    }
    BatchStatement told = statement(store.stored().get(0));
    assertThat(told.lost().restarts()).isEqualTo(1);
    assertThat(told.allowed()).isEqualTo(1);
  }

  @Test
  void keepsBatchesOnTheDiskWhileTheStoreIsAway() throws IOException {
    store.away = true;
    try (NodeLedger ledger = node(Duration.ofSeconds(1))) {
      ledger.note(Decisions.allowed());
      until(() -> waiting() == 1);
      ledger.note(Decisions.allowed());
      until(() -> waiting() == 2);
    }
    assertThat(store.stored()).isEmpty();
    store.away = false;
    try (NodeLedger ledger = node(Duration.ofHours(1))) {
      until(() -> store.stored().size() == 2);
      ledger.note(Decisions.allowed());
    }
    assertThat(store.stored()).extracting(Batch::number).containsExactly(1L, 2L, 3L);
    assertThat(waiting()).isZero();
  }

  @Test
  void countsOnWhenTheSpoolIsFullAndLosesNoCount() throws IOException {
    store.away = true;
    NodeLedger ledger = ledger(Duration.ofSeconds(1), 1);
    ledger.start();
    try (ledger) {
      ledger.note(Decisions.allowed());
      until(() -> waiting() == 1);
      for (int i = 0; i < 10; i++) {
        ledger.note(Decisions.allowed());
      }
      until(() -> store.refused > 1);
      assertThat(waiting()).isEqualTo(1);
      store.away = false;
    }
    assertThat(store.stored().stream().mapToLong(one -> statement(one).allowed()).sum())
        .isEqualTo(11);
  }

  @Test
  void beginsAnotherChainWhenTheStoreHasAnotherHistoryOfItsOwn() throws IOException {
    try (NodeLedger ledger = node(Duration.ofHours(1))) {
      ledger.note(Decisions.allowed());
    }
    // As after a disk that was restored from before its first batch.
    Files.writeString(
        directory.resolve("batches").resolve("chain.json"),
        "{\"node\":\"%s\",\"number\":0,\"head\":\"%s\",\"open\":false}"
            .formatted(store.stored().get(0).node(), "0".repeat(64)));
    try (NodeLedger ledger = node(Duration.ofSeconds(1))) {
      ledger.note(Decisions.allowed());
      until(() -> waiting() == 0 && store.conflicts == 1);
      ledger.note(Decisions.allowed());
      until(() -> store.stored().size() == 2);
    }
    Batch anew = store.stored().get(1);
    assertThat(anew.node()).isNotEqualTo(store.stored().get(0).node());
    assertThat(anew.number()).isEqualTo(1);
    assertThat(statement(anew).lost().batches()).isEqualTo(1);
  }

  @Test
  void sharesItsDirectoryWithNobody() throws IOException {
    try (NodeLedger first = node(Duration.ofHours(1))) {
      first.note(Decisions.allowed());
      assertThatThrownBy(() -> ledger(Duration.ofHours(1), 10))
          .isInstanceOf(IOException.class)
          .hasMessage("another node uses this directory");
    }
    assertThat(store.stored()).hasSize(1);
  }

  @Test
  void keepsFewRawLinesAndCountsTheRest() throws IOException {
    NodeLedger ledger =
        new NodeLedger(
            new BatchLimits("node", directory, Duration.ofHours(1), 1_000, 2, 10),
            Decisions.signer(),
            store,
            Clock.systemUTC());
    ledger.start();
    try (ledger) {
      for (int i = 0; i < 100; i++) {
        ledger.note(Decisions.allowed());
      }
    }
    BatchStatement told = statement(store.stored().get(0));
    assertThat(told.lines().bytes()).isLessThanOrEqualTo(1_000);
    assertThat(told.lines().count() + told.lost().lines()).isEqualTo(100);
    assertThat(told.allowed()).isEqualTo(100);
  }

  private NodeLedger node(Duration interval) throws IOException {
    NodeLedger ledger = ledger(interval, 10);
    ledger.start();
    return ledger;
  }

  private NodeLedger ledger(Duration interval, int waiting) throws IOException {
    return new NodeLedger(
        new BatchLimits("node", directory, interval, 1 << 20, 5, waiting),
        Decisions.signer(),
        store,
        Clock.systemUTC());
  }

  private long waiting() {
    try (Stream<Path> files = Files.list(directory.resolve("batches"))) {
      return files.filter(file -> file.toString().endsWith(".batch")).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static BatchStatement statement(Batch batch) {
    return BatchStatement.of(
        new BundleLines().open(batch.envelope().getBytes(StandardCharsets.UTF_8)).statement());
  }

  private static void until(BooleanSupplier met) {
    while (!met.getAsBoolean()) {
      if (Thread.interrupted()) {
        throw new IllegalStateException("not met in time");
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  private static final class Store implements DecisionBatches {
    private final UnsafeInMemoryDecisionBatches kept = new UnsafeInMemoryDecisionBatches();
    private volatile boolean away;
    private volatile int refused;
    private volatile int conflicts;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void store(Batch batch) {
      if (away) {
        refused++;
        throw new GateException(FailureType.DATABASE_UNAVAILABLE, "away");
      }
      try {
        kept.store(batch);
      } catch (GateException conflict) {
        conflicts++;
        throw conflict;
      }
    }

    List<Batch> stored() {
      return new ArrayList<>(kept.stored());
    }

    @Override
    public List<Batch> unfolded(int limit) {
      return kept.unfolded(limit);
    }

    @Override
    public void folded(Batch batch) {
      kept.folded(batch);
    }

    @Override
    public void postponed(Batch batch) {
      kept.postponed(batch);
    }

    @Override
    public List<Place> places(@Nullable Place after, int limit) {
      return kept.places(after, limit);
    }

    @Override
    public Optional<Batch> batch(Place place) {
      return kept.batch(place);
    }
  }
}
