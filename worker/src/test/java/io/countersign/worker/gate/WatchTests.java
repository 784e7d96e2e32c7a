package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.gate.GateView;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.JsonDocument;
import io.countersign.record.NewEntry;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the drift watch sees while something else cannot be seen. */
class WatchTests {
  private static final String FIRST = "2026.11.1";
  @TempDir private Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = UnitHouse.endorsed(directory);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void aSourceThatIsAwaySuspendsNothing() {
    ReleaseId id = house.live(FIRST);
    house.sources.away = true;
    house.pass(Duration.ofMinutes(6));
    Gatehouse.await(() -> String.valueOf(house.view(id).trouble()), t -> t.contains("away"));
    assertThat(house.view(id).state()).isEqualTo(GateState.LIVE);
    house.sources.away = false;
    house.pass(Duration.ofMinutes(6));
    Gatehouse.await(() -> house.view(id).trouble() == null, quiet -> quiet);
  }

  @Test
  void aSourceThatIsAwayHidesNoWiderPolicy() {
    ReleaseId id = house.live(FIRST);
    house.sources.away = true;
    house.vault.policy("fraud-read", "path \"*\" { capabilities = [\"read\"] }");
    house.pass(Duration.ofMinutes(6));
    GateView view = house.await(id, GateState.SUSPENDED);
    assertThat(view.reason()).contains("allows more than was approved");
    assertThat(house.login(FIRST)).isEmpty();
  }

  @Test
  void aDriftThatWasToldAndThatNobodyFollowedSuspendsWithTheNextLook() {
    ReleaseId id = house.live(FIRST);
    // As by a worker that died between what it told and its answer; decision nodes deny since then.
    drift(id, house.record.grants().grants(id).get(0).grantId().toString());
    house.pass(Duration.ofMinutes(6));
    assertThat(house.await(id, GateState.SUSPENDED).reason()).isEqualTo("seen by somebody else");
  }

  @Test
  void aDriftOfAGrantThatHasEndedSuspendsNothing() {
    ReleaseId id = house.live(FIRST);
    drift(id, "00000000-0000-4000-8000-000000000001");
    int before = house.sources.readings.get();
    house.pass(Duration.ofMinutes(6));
    Gatehouse.await(() -> house.sources.readings.get(), now -> now > before);
    house.pass(Duration.ofMinutes(6));
    assertThat(house.view(id).state()).isEqualTo(GateState.LIVE);
  }

  private void drift(ReleaseId id, String grantId) {
    house
        .record
        .entries()
        .append(
            new NewEntry(
                id,
                house.record.entries().entries(id).get(0).at(),
                EntryKind.DRIFT,
                "gate",
                new EntryKey("drift/test"),
                new JsonDocument(
                    "{\"drift\":\"WIDENED\",\"detail\":\"seen by somebody else\",\"grantId\":\"%s\"}"
                        .formatted(grantId))));
  }

  @Test
  void subjectsAreReadAsOftenAsThePolicySays() throws IOException {
    house.rules("gate.yaml", "  drift: 5m\n", "  drift: 5m\n  subjects: 1h\n");
    ReleaseId id = house.live(FIRST);
    house.pass(Duration.ofMinutes(6));
    int once = house.sources.readings.get();
    house.pass(Duration.ofMinutes(40));
    assertThat(house.sources.readings.get()).isEqualTo(once);
    house.pass(Duration.ofMinutes(40));
    Gatehouse.await(() -> house.sources.readings.get(), now -> now == once + 4);
    assertThat(house.view(id).state()).isEqualTo(GateState.LIVE);
  }
}
