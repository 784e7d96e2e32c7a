package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.BundleVerifier;
import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.config.Auditing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the whole gate wrote of a release verifies by a trust file alone (I11). */
class BundleOfAGateTests {
  @TempDir private Path directory;

  @Test
  void aReleaseThatLivedAndWasRolledBack() throws IOException {
    try (UnitHouse house = new UnitHouse(directory)) {
      ReleaseId id = house.awaiting("2026.11.1");
      house.approveAll(id);
      house.await(id, GateState.LIVE);
      Audit live = verify(house, id, new Options(true, null));
      assertThat(live.findings()).isEmpty();

      house.order(id, OrderKind.ROLLBACK);
      house.await(id, GateState.ROLLED_BACK);
      Gatehouse.await(
          () -> house.record.entries().entries(id, Set.of(EntryKind.COMPLETE)),
          complete -> !complete.isEmpty());
      Audit ended = verify(house, id, new Options(false, live.head()));
      assertThat(ended.findings()).isEmpty();
      assertThat(ended.end()).isEqualTo("ROLLED_BACK");
      assertThat(ended.proved()).anyMatch(line -> line.startsWith("Access was given once"));
    }
  }

  private static Audit verify(UnitHouse house, ReleaseId id, Options options) throws IOException {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    house.assembly.bundles().write(id, bundle);
    return BundleVerifier.verify(
        new ByteArrayInputStream(bundle.toByteArray()),
        Auditing.tools(house.trust(), Clock.systemUTC()),
        options);
  }
}
