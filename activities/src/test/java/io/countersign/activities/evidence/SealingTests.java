package io.countersign.activities.evidence;

import static io.countersign.activities.evidence.EvidenceScene.RELEASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.port.ChangeEntries;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.GateSigner;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.TimeStampAuthority.TimeStamp;
import io.countersign.activities.release.Ledger;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.EvidenceLine;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.record.EvidenceLine.Stage;
import io.countersign.record.ReleaseSeal;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is sealed, and what is not signed. */
class SealingTests {
  private final EvidenceScene scene = new EvidenceScene();

  @Test
  void signsNothingOfAChainThatDoesNotHold() {
    scene.live();
    for (UnaryOperator<Entry> change :
        List.<UnaryOperator<Entry>>of(
            entry -> with(entry, entry.actor() + "!", entry.hash()),
            entry -> with(entry, entry.actor(), entry.previous()))) {
      Sealing sealing =
          new Sealing(
              reading(change),
              new StatementReader(),
              statement -> {
                assertThat(statement.text()).doesNotContain("record/v1");
                return scene.gate.sign(statement);
              },
              Clock.systemUTC());
      assertThatExceptionOfType(GateException.class)
          .isThrownBy(() -> sealing.seal(RELEASE))
          .satisfies(e -> assertThat(e.type()).isEqualTo(FailureType.RECORD_CONFLICT));
      assertThat(scene.record.evidence().list(RELEASE, null, 10)).isEmpty();
    }
    scene.sealing.seal(RELEASE);
    assertThat(scene.record.evidence().list(RELEASE, null, 10)).isNotEmpty();
  }

  @Test
  void goesOnWhereVaultLeftOff() {
    scene.live();
    Sealing away = new Sealing(scene.record, new StatementReader(), down(), Clock.systemUTC());
    assertThatExceptionOfType(GateException.class).isThrownBy(() -> away.seal(RELEASE));
    EvidenceStore store = scene.record.evidence();
    assertThat(store.seals(RELEASE, 0, 10)).hasSize(1);
    assertThat(store.unwritten(RELEASE, 10)).hasSize(1);
    scene.sealing.seal(RELEASE);
    assertThat(store.unwritten(RELEASE, 10)).isEmpty();
    assertThat(store.seals(RELEASE, 0, 10)).hasSize(1);
  }

  @Test
  void theLinesOfAQuickerWorkerStand() {
    scene.live();
    overtaken(seal -> scene.sealing.seal(RELEASE)).seal(RELEASE);
    assertThat(scene.record.evidence().unwritten(RELEASE, 10)).isEmpty();
    scene.requireSigned(scene.bundle());
  }

  @Test
  void linesOfAQuickerWorkerThatSaySomethingElseAreLoud() {
    scene.live();
    EvidenceStore store = scene.record.evidence();
    Sealing sealing =
        overtaken(
            seal ->
                store.write(
                    seal,
                    List.of(
                        new EvidenceLine(
                            RELEASE,
                            new Place(1, Stage.RECORD, 0, 0),
                            "record/1",
                            "{\"payload\":\"e30=\"}")),
                    List.of()));
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> sealing.seal(RELEASE))
        .withMessageContaining("record/1")
        .satisfies(e -> assertThat(e.type()).isEqualTo(FailureType.RECORD_CONFLICT));
  }

  /** A worker that signs while another one writes the same seal. */
  private Sealing overtaken(Consumer<ReleaseSeal> quicker) {
    EvidenceStore store = scene.record.evidence();
    GateSigner slow =
        statement -> {
          List<ReleaseSeal> unwritten = store.unwritten(RELEASE, 1);
          if (!unwritten.isEmpty()) {
            quicker.accept(unwritten.get(0));
          }
          return scene.gate.sign(statement);
        };
    return new Sealing(scene.record, new StatementReader(), slow, Clock.systemUTC());
  }

  @Test
  void aNudgeInTheBackgroundSealsWhatWasWritten() {
    AtomicBoolean up = new AtomicBoolean();
    GateSigner signer = statement -> (up.get() ? (GateSigner) scene.gate : down()).sign(statement);
    Sealing sealing = new Sealing(scene.record, new StatementReader(), signer, Clock.systemUTC());
    try (BackgroundSealing background =
        BackgroundSealing.start(scene.record.evidence(), sealing, null)) {
      up.set(true);
      scene.tell(EntryKind.STATE, "state/1", body -> body.put("state", "CHECKING"));
      background.nudge();
      await(() -> scene.record.evidence().has(RELEASE, "record/1"));
    }
  }

  /** One row that somebody forged must not end the evidence of everybody else. */
  @Test
  void aReleaseThatCannotBeSealedHoldsUpNoOtherOneAndNoTimeStamp() {
    ReleaseId broken = ReleaseId.parse("production/a-forgery/1");
    List<RuntimeException> failures =
        List.of(
            new GateException(FailureType.INTERNAL, "does not fit its schema"),
            new GateException(FailureType.RECORD_CONFLICT, "the chain does not hold"),
            new GateException(FailureType.VAULT_UNAVAILABLE, "says Vault of this one alone"),
            new IllegalStateException("a defect"));
    for (RuntimeException failure : failures) {
      EvidenceScene house = new EvidenceScene();
      new Ledger(house.record, Clock.systemUTC())
          .append(broken, EntryKind.STATE, "state/1", body -> body.put("state", "CHECKING"));
      house.live();
      AtomicInteger tries = new AtomicInteger();
      Sealing sealing =
          new Sealing(
              house.record,
              new StatementReader(),
              statement -> {
                if (statement.text().contains(broken.toString())) {
                  tries.incrementAndGet();
                  throw failure;
                }
                return house.gate.sign(statement);
              },
              Clock.systemUTC());
      Stamping stamping =
          new Stamping(
              house.record.evidence(),
              house.gate,
              imprint -> new TimeStamp(new byte[] {1}, EvidenceScene.NOW));
      EvidenceStore store = house.record.evidence();
      try (BackgroundSealing background = BackgroundSealing.start(store, sealing, stamping)) {
        await(
            () -> {
              background.nudge();
              return store.has(RELEASE, "record/1") && store.unstamped(10).isEmpty();
            });
        int before = tries.get();
        await(
            () -> {
              background.nudge();
              return tries.get() > before;
            });
      }
      assertThat(store.unwritten(RELEASE, 1)).as(failure.toString()).isEmpty();
      assertThat(store.unwritten(broken, 1)).as(failure.toString()).isNotEmpty();
    }
  }

  private static void await(BooleanSupplier condition) {
    Instant limit = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(limit);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static GateSigner down() {
    return statement -> {
      throw new GateException(FailureType.VAULT_UNAVAILABLE, "sealed");
    };
  }

  /** The record, as somebody changed one entry of it past the database's own guards. */
  private ReleaseRecord reading(UnaryOperator<Entry> change) {
    ChangeEntries entries =
        proxy(
            ChangeEntries.class,
            scene.record.entries(),
            "page",
            page ->
                ((List<?>) page)
                    .stream()
                        .map(Entry.class::cast)
                        .map(entry -> entry.seq() == 3 ? change.apply(entry) : entry)
                        .toList());
    return proxy(ReleaseRecord.class, scene.record, "entries", honest -> entries);
  }

  private static <T> T proxy(
      Class<T> type, T target, String changed, UnaryOperator<Object> change) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object answer = method.invoke(target, arguments);
              return method.getName().equals(changed) ? change.apply(answer) : answer;
            }));
  }

  private static Entry with(Entry entry, String actor, Digest hash) {
    return new Entry(
        entry.release(),
        entry.seq(),
        entry.at(),
        entry.kind(),
        actor,
        entry.key(),
        entry.body(),
        entry.previous(),
        hash);
  }
}
