package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.grant.Slot;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.engine.ExampleSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole gate, approved by everybody, before a workload that is not the one that was named. */
class UnprovedIdentityTests {
  @TempDir private Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = new UnitHouse(directory);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void aReleaseWhoseProbeNeverProvesDoesNotGoLive() {
    house.rules("gate.yaml", "identityProof: 24h", "identityProof: 5s");
    ReleaseId id = house.start("2026.11.1");
    house.await(id, GateState.AWAITING_SIGN_OFF);
    house.approveAll(id);
    for (Slot slot : Slot.values()) {
      assertThatThrownBy(() -> login(slot, "spiffe://prod.example.com/other"))
          .isInstanceOf(GateException.class);
    }
    house.ended(id, GateState.EXPIRED);
    assertThat(house.record.identities().identityProof(id)).isEmpty();
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.GRANT))).isEmpty();
    assertThat(house.login(id.version())).isEmpty();
    GateView view = house.view(id);
    assertThat(view.reasonType()).isEqualTo(FailureType.IDENTITY_NOT_PROVED);
  }

  private String login(Slot slot, String subject) {
    return house.vault.login(
        ExampleSystem.SYSTEM, slot, "probe", subject, house.example.audience());
  }
}
