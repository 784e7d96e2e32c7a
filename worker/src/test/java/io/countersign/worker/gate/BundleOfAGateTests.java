package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.activities.release.Ledger;
import io.countersign.failure.GateException;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assertions;
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

  @Test
  void whomTemporalHadAuthenticatedIsBesideTheSignerAndDecidesNothing() throws IOException {
    try (UnitHouse house =
        UnitHouse.with(directory, UnitHouse.brought("jwt:ci-bot", "jwt:mara@example.com"))) {
      ReleaseId id = house.awaiting("2026.11.1");
      // The submitter, in the name of a login that may sign off.
      Assertions.assertThatThrownBy(() -> house.approve(id, "pia@example.com", GateFunction.MLOPS))
          .isInstanceOf(GateException.class);
      house.approveAll(id);
      house.await(id, GateState.LIVE);
      house.order(id, OrderKind.ROLLBACK);
      house.await(id, GateState.ROLLED_BACK);
      Gatehouse.await(
          () -> house.record.entries().entries(id, Set.of(EntryKind.COMPLETE)),
          complete -> !complete.isEmpty());
      assertThat(bearers(house, id, EntryKind.SUBMITTED)).containsExactly("jwt:ci-bot");
      assertThat(bearers(house, id, EntryKind.REFUSAL)).containsExactly("jwt:mara@example.com");
      assertThat(bearers(house, id, EntryKind.SIGN_OFF))
          .containsExactly("jwt:mara@example.com", "jwt:mara@example.com", "jwt:mara@example.com");
      assertThat(bearers(house, id, EntryKind.ORDER)).containsExactly("jwt:mara@example.com");
      assertThat(house.view(id).said())
          .extracting(said -> said.person() + " by " + said.bearer())
          .contains("rita@example.com by jwt:mara@example.com");
      assertThat(verify(house, id, new Options(false, null)).findings()).isEmpty();
    }
  }

  private static List<String> bearers(UnitHouse house, ReleaseId id, EntryKind kind) {
    return house.record.entries().entries(id, Set.of(kind)).stream()
        .map(entry -> Ledger.tree(entry.body().text()).path("bearer").asText())
        .toList();
  }

  private static Audit verify(UnitHouse house, ReleaseId id, Options options) {
    return Auditor.of(house).verify(Auditor.bundle(house, id), options);
  }
}
