package io.countersign.activities.port;

import static io.countersign.activities.port.RecordFixture.entry;
import static io.countersign.activities.port.RecordFixture.newSystem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKind;
import io.countersign.record.EvidenceLine;
import io.countersign.record.EvidenceLine.Listed;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.record.EvidenceLine.Stage;
import io.countersign.record.ReleaseSeal;
import io.countersign.record.Seal;
import io.countersign.record.Stampable;
import io.countersign.release.ReleaseId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** What every record holds about the chain and the lines of its bundles (invariant I11). */
public interface EvidenceContract extends RecordFixture {
  @Test
  default void chainsTheEntriesOfEachRelease() {
    ReleaseId id = newSystem();
    append(newSystem(), "other");
    Entry first = append(id, "one");
    Entry second =
        record()
            .entries()
            .append(
                entry(id, EntryKind.STATE, "two", "{\"é\":[1.50,1e21,\"\\u20ac\\n\"],\"b\":{}}"));
    assertThat(first.previous()).isEqualTo(EntryHash.NONE);
    assertThat(second.previous()).isEqualTo(first.hash());
    assertThat(record().entries().entries(id))
        .containsExactly(first, second)
        .allMatch(EntryHash::holds);
  }

  @Test
  default void sealsWhatIsNewOnce() {
    ReleaseId id = newSystem();
    assertThat(store().seal(id, NOW)).isEmpty();
    append(id, "one");
    Entry second = append(id, "two");
    assertThat(store().unsealed(EvidenceStore.MAX_READ)).contains(id);
    ReleaseSeal first = store().seal(id, NOW).orElseThrow();
    assertThat(first.seal().from()).isEqualTo(1);
    assertThat(first.seal().to()).isEqualTo(2);
    assertThat(first.seal().head()).isEqualTo(second.hash());
    assertThat(first.seal().release()).isEqualTo(Seal.digestOf(id));
    assertThat(first.at()).isEqualTo(NOW);
    assertThat(store().seal(id, NOW)).isEmpty();
    assertThat(store().unsealed(EvidenceStore.MAX_READ)).doesNotContain(id);
    append(id, "three");
    ReleaseSeal next = store().seal(id, NOW).orElseThrow();
    assertThat(next.seal().from()).isEqualTo(3);
    assertThat(store().seals(id, 0, 10)).containsExactly(first, next);
    assertThat(store().seals(id, first.seal().number(), 10)).containsExactly(next);
  }

  @Test
  default void linksEverySealToTheOneBeforeOverAllReleases() throws Exception {
    List<Callable<Optional<ReleaseSeal>>> seals = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ReleaseId id = newSystem();
      append(id, "one");
      seals.add(() -> store().seal(id, NOW));
      // At once with the first: one of them finds nothing to do.
      seals.add(() -> store().seal(id, NOW));
    }
    assertThat(EntriesContract.together(seals)).filteredOn(Optional::isPresent).hasSize(20);
    long newest = store().newest().orElseThrow().number();
    List<Seal> chain = new ArrayList<>();
    for (long after = 0; after < newest; after = chain.get(chain.size() - 1).number()) {
      chain.addAll(store().path(after, newest));
    }
    assertThat(chain.get(0).previous()).isEqualTo(EntryHash.NONE);
    assertThat(chain).hasSize((int) newest).allMatch(Seal::holds);
    for (int i = 1; i < chain.size(); i++) {
      assertThat(chain.get(i).follows(chain.get(i - 1))).isTrue();
    }
  }

  @Test
  default void sealsNoMoreAtOnceThanAReaderMustHold() {
    ReleaseId id = newSystem();
    String large = "{\"text\":\"" + "x".repeat(250 * 1024) + "\"}";
    for (int i = 0; i < 6; i++) {
      record().entries().append(entry(id, EntryKind.STATE, "large/" + i, large));
    }
    assertThat(store().seal(id, NOW).orElseThrow().seal().to()).isEqualTo(4);
    assertThat(store().seal(id, NOW).orElseThrow().seal().to()).isEqualTo(6);
    for (int i = 0; i < Seal.MAX_ENTRIES + 1; i++) {
      append(id, "small/" + i);
    }
    assertThat(store().seal(id, NOW).orElseThrow().seal().to()).isEqualTo(206);
    assertThat(store().seal(id, NOW).orElseThrow().seal().to()).isEqualTo(207);
  }

  @Test
  default void keepsTheLinesThatWereWrittenFirst() {
    ReleaseId id = newSystem();
    ReleaseSeal seal = sealed(id, "one");
    assertThat(store().unwritten(id, 10)).containsExactly(seal);
    EvidenceLine record =
        line(seal, Stage.RECORD, 0, EvidenceStore.recordKey(seal.seal()), "{\"first\":1}");
    EvidenceLine document = line(seal, Stage.DOCUMENT, 1, "document/a", "{}");
    EvidenceLine signed = line(seal, Stage.ENTRY, 1, "entry/1", "{}");
    assertThat(store().write(seal, List.of(signed, record, document), List.of())).isTrue();
    EvidenceLine other =
        line(seal, Stage.RECORD, 0, EvidenceStore.recordKey(seal.seal()), "{\"second\":2}");
    EvidenceLine late = line(seal, Stage.ENTRY, 2, "entry/2", "{}");
    assertThat(store().write(seal, List.of(other, late), List.of())).isFalse();
    assertThat(store().unwritten(id, 10)).isEmpty();
    assertThat(store().unwritten(EvidenceStore.MAX_READ)).doesNotContain(seal);
    assertThat(store().list(id, null, 10))
        .extracting(Listed::key)
        .containsExactly("document/a", record.key(), "entry/1");
    assertThat(store().list(id, record.place(), 10))
        .containsExactly(new Listed(signed.place(), "entry/1"));
    assertThat(store().envelope(id, record.key())).contains("{\"first\":1}");
    assertThat(store().has(id, "entry/1")).isTrue();
    assertThat(store().has(id, "entry/2")).isFalse();
    assertThat(store().envelope(id, "entry/2")).isEmpty();
  }

  /** A worker seals in the background while another exports, and two stamp. */
  @Test
  default void takesTheSameLinesFromManyAtOnce() throws Exception {
    for (int i = 0; i < 40; i++) {
      ReleaseId id = newSystem();
      ReleaseSeal seal = sealed(id, "one");
      String key = EvidenceStore.recordKey(seal.seal());
      Stampable stampable =
          new Stampable(id, seal.seal().number(), 1, RecordFixture.digest("statement"));
      List<Callable<Boolean>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        String envelope = "{\"writer\":" + writer + "}";
        writers.add(
            () -> {
              store()
                  .write(
                      seal,
                      List.of(
                          line(seal, Stage.RECORD, 0, key, envelope),
                          line(seal, Stage.ENTRY, 1, "entry/1", envelope)),
                      List.of(stampable));
              store().stamp(stampable, line(seal, Stage.STATEMENT_STAMP, 1, "stamp/1", envelope));
              return true;
            });
      }
      assertThat(EntriesContract.together(writers)).hasSize(4).containsOnly(true);
      assertThat(store().list(id, null, 10))
          .extracting(Listed::key)
          .containsExactlyInAnyOrder(key, "entry/1", "stamp/1");
      assertThat(store().envelope(id, "entry/1")).isEqualTo(store().envelope(id, key));
    }
  }

  @Test
  default void remembersWhatIsToBeStampedUntilItIs() {
    ReleaseId id = newSystem();
    ReleaseSeal seal = sealed(id, "one");
    Stampable ofSeal = new Stampable(id, seal.seal().number(), 0, seal.seal().hash());
    Stampable ofStatement =
        new Stampable(id, seal.seal().number(), 1, RecordFixture.digest("statement"));
    assertThat(store().unstamped(EvidenceStore.MAX_READ)).doesNotContain(ofSeal);
    store()
        .write(
            seal,
            List.of(line(seal, Stage.RECORD, 0, EvidenceStore.recordKey(seal.seal()), "{}")),
            List.of(ofStatement));
    assertThat(store().unstamped(EvidenceStore.MAX_READ)).containsSubsequence(ofSeal, ofStatement);
    EvidenceLine stamp = line(seal, Stage.SEAL_STAMP, 0, "time-stamp/" + ofSeal.subject(), "{}");
    store().stamp(ofSeal, stamp);
    store().stamp(ofSeal, line(seal, Stage.SEAL_STAMP, 0, stamp.key(), "{\"late\":1}"));
    assertThat(store().unstamped(EvidenceStore.MAX_READ))
        .contains(ofStatement)
        .doesNotContain(ofSeal);
    assertThat(store().envelope(id, stamp.key())).contains("{}");
  }

  @Test
  default void refusesReadsOfEvidenceWithoutBound() {
    ReleaseId id = newSystem();
    assertThatThrownBy(() -> store().list(id, null, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().unwritten(1_001)).isInstanceOf(IllegalArgumentException.class);
  }

  private EvidenceStore store() {
    return record().evidence();
  }

  private Entry append(ReleaseId id, String key) {
    return record().entries().append(entry(id, EntryKind.STATE, key, "{}"));
  }

  private ReleaseSeal sealed(ReleaseId id, String key) {
    append(id, key);
    return store().seal(id, NOW).orElseThrow();
  }

  private static EvidenceLine line(
      ReleaseSeal seal, Stage stage, long seq, String key, String envelope) {
    return new EvidenceLine(
        seal.release(), new Place(seal.seal().number(), stage, seq, 0), key, envelope);
  }
}
