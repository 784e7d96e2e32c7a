package io.countersign.activities.port;

import static io.countersign.activities.port.RecordFixture.digest;
import static io.countersign.activities.port.RecordFixture.entry;
import static io.countersign.activities.port.RecordFixture.newSystem;
import static io.countersign.activities.port.RecordFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.port.ChangeEntries.Refusal;
import io.countersign.failure.FailureType;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.NewEntry;
import io.countersign.record.StatementNonce;
import io.countersign.release.ReleaseId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every record holds about change entries (invariants I5, I11). */
public interface EntriesContract extends RecordFixture {
  @Test
  default void numbersEntriesFromOnePerRelease() {
    ReleaseId id = newSystem();
    ReleaseId other = newSystem();
    ChangeEntries entries = record().entries();
    Entry first = entries.append(entry(id, EntryKind.SUBMITTED, "submitted", "{\"a\":1}"));
    entries.append(entry(other, EntryKind.SUBMITTED, "submitted", "{}"));
    Entry second = entries.append(entry(id, EntryKind.RESOLVED, "resolved", "{\"é\":[1.0]}"));
    assertThat(first.seq()).isEqualTo(1);
    assertThat(second.seq()).isEqualTo(2);
    assertThat(entries.entries(id)).containsExactly(first, second);
    assertThat(entries.entries(id, Set.of(EntryKind.RESOLVED))).containsExactly(second);
    assertThat(entries.entries(id, Set.of())).isEmpty();
    assertThat(entries.page(id, 1, 10)).containsExactly(second);
    assertThat(entries.page(id, 0, 1)).containsExactly(first);
    assertThat(entries.count(id)).isEqualTo(2);
  }

  @Test
  default void writesAnEntryOfTheSameKeyOnce() {
    ReleaseId id = newSystem();
    NewEntry drift = entry(id, EntryKind.DRIFT, "drift/1", "{\"found\":2, \"of\":3}");
    Entry first = record().entries().append(drift);
    NewEntry retry =
        new NewEntry(
            id,
            NOW.plusSeconds(60),
            EntryKind.DRIFT,
            "another worker",
            drift.key(),
            RecordFixture.json("{\"of\":3,\"found\":2.0}"));
    assertThat(record().entries().append(retry)).isEqualTo(first);
    refused(
        FailureType.RECORD_CONFLICT,
        () -> record().entries().append(entry(id, EntryKind.DRIFT, "drift/1", "{}")));
    refused(
        FailureType.RECORD_CONFLICT,
        () ->
            record()
                .entries()
                .append(entry(id, EntryKind.ALARM, "drift/1", "{\"found\":2,\"of\":3}")));
    assertThat(record().entries().entries(id)).containsExactly(first);
  }

  @Test
  default void refusesPagesWithoutBound() {
    ReleaseId id = newSystem();
    assertThatThrownBy(() -> record().entries().page(id, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> record().entries().page(id, 0, 1_001))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void takesSignedStatementsOnlyWithTheirNonce() {
    ReleaseId id = newSystem();
    assertThatThrownBy(() -> record().entries().append(signOff(id, "1")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> record().entries().accept(entry(id, EntryKind.GRANT, "g", "{}"), nonce(id, "1")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(record().entries().count(id)).isZero();
  }

  @Test
  default void acceptsAStatementOnceAndRefusesItsNonceToAnother() {
    ReleaseId id = newSystem();
    ReleaseId other = newSystem();
    ChangeEntries entries = record().entries();
    Entry accepted = entries.accept(signOff(id, "1"), nonce(id, "n"));
    assertThat(entries.accept(signOff(id, "1"), nonce(id, "n"))).isEqualTo(accepted);
    refused(FailureType.REPLAYED, () -> entries.accept(signOff(id, "2"), nonce(id, "n")));
    refused(FailureType.REPLAYED, () -> entries.accept(signOff(other, "1"), nonce(id, "n")));
    assertThat(entries.signOffs(id)).containsExactly(accepted);
    assertThat(entries.entries(other)).isEmpty();
    NewEntry order = entry(id, EntryKind.ORDER, "order/1", "{}");
    refused(FailureType.REPLAYED, () -> entries.accept(order, nonce(id, "n")));
    Entry ordered = entries.accept(order, nonce(other, "n"));
    assertThat(ordered.seq()).isEqualTo(2);
    assertThat(entries.orders(id)).containsExactly(ordered);
  }

  @Test
  default void countsRefusalsOfStrangersBeyondTheCap() {
    ReleaseId id = newSystem();
    ChangeEntries entries = record().entries();
    assertThat(entries.recordRefusal(refusal(id, "1"), 2)).isEqualTo(Refusal.RECORDED);
    assertThat(entries.recordRefusal(refusal(id, "1"), 2)).isEqualTo(Refusal.RECORDED);
    entries.append(refusal(id, "of a known person"));
    assertThat(entries.recordRefusal(refusal(id, "2"), 2)).isEqualTo(Refusal.RECORDED);
    assertThat(entries.recordRefusal(refusal(id, "3"), 2)).isEqualTo(Refusal.COUNTED);
    assertThat(entries.recordRefusal(refusal(id, "4"), 2)).isEqualTo(Refusal.COUNTED);
    assertThat(entries.recordRefusal(refusal(id, "2"), 2)).isEqualTo(Refusal.RECORDED);
    assertThat(entries.count(id)).isEqualTo(3);
    assertThat(entries.countedRefusals(id)).isEqualTo(2);
    assertThat(entries.append(entry(id, EntryKind.STATE, "s", "{}")).seq()).isEqualTo(4);
  }

  @Test
  default void leavesNoGapUnderContention() throws Exception {
    ReleaseId id = newSystem();
    List<Callable<Entry>> writes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      // Every key twice, so that repetitions run against first writes.
      String key = "state/" + i / 2;
      writes.add(() -> record().entries().append(entry(id, EntryKind.STATE, key, "{}")));
    }
    together(writes);
    assertThat(record().entries().entries(id))
        .extracting(Entry::seq)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 100).boxed().toList());
    assertThat(record().entries().count(id)).isEqualTo(100);
  }

  @Test
  default void countsEveryRefusalUnderContention() throws Exception {
    ReleaseId id = newSystem();
    List<Callable<Refusal>> refusals = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String what = Integer.toString(i);
      refusals.add(() -> record().entries().recordRefusal(refusal(id, what), 10));
    }
    assertThat(together(refusals)).filteredOn(Refusal.RECORDED::equals).hasSize(10);
    assertThat(record().entries().count(id)).isEqualTo(10);
    assertThat(record().entries().countedRefusals(id)).isEqualTo(90);
  }

  /** Runs calls at once in eight threads and answers their results. */
  static <T> List<T> together(List<Callable<T>> calls)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> call : threads.invokeAll(calls)) {
        results.add(call.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static NewEntry signOff(ReleaseId id, String envelope) {
    EntryKey key = EntryKey.signOff(digest(envelope));
    return entry(id, EntryKind.SIGN_OFF, key.text(), "{\"envelope\":\"" + envelope + "\"}");
  }

  private static NewEntry refusal(ReleaseId id, String message) {
    EntryKey key = EntryKey.refusal(digest(message), FailureType.BAD_SIGNATURE);
    return entry(id, EntryKind.REFUSAL, key.text(), "{}");
  }

  private static StatementNonce nonce(ReleaseId id, String nonce) {
    return new StatementNonce("bob@example.com", id.system() + nonce);
  }
}
