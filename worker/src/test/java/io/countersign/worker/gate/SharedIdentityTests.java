package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is live under one identity, as the record knows it when a check asks. */
class SharedIdentityTests {
  @TempDir private Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = new UnitHouse(directory);
    house.rules(
        "gate.yaml",
        "      - check: security.scope-review\n        with:\n",
        "      - check: security.scope-review\n        with:\n          sharedScope: refused\n");
    // The cutover must not end while a watch (every five minutes) is being answered: a workflow
    // task that cancels a timer which has just fired is lost for good on the in-memory server. A
    // real server takes the fired timer back.
    house.rules("gate.yaml", "cutoverGrace: 10m", "cutoverGrace: 7m");
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void aThirdReleaseUnderOneIdentityIsRefusedWhileTheCutoverLasts() {
    ReleaseId first = house.live("2026.11.1");
    ReleaseId second = house.live(house.version("2026.11.4"));
    ReleaseId third = house.start(house.version("2026.11.5"));
    GateView view = house.await(third, GateState.REJECTED);
    assertThat(view.predecessor()).isEqualTo(second);
    assertThat(view.reasonType()).isEqualTo(FailureType.CHECK_FAILED);
    assertThat(view.checks())
        .anySatisfy(
            check -> {
              assertThat(check.check()).isEqualTo("security.scope-review");
              assertThat(check.summary()).startsWith(first + " is live under the same workload");
            });
    house.pass(Duration.ofMinutes(8));
    house.await(first, GateState.STANDBY);
    house.await(house.start(house.version("2026.11.6")), GateState.AWAITING_SIGN_OFF);
  }
}
