package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.Flaw;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Releases that never lived: what their bundles prove, and what somebody with the database and the
 * gate's key cannot make of them (I11).
 */
class BundlesBeforeLiveTests {
  private static final String FIRST = "2026.11.1";
  private static final String NO_ACCESS = "This record gives no access.";

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
  void rejectedByACheck() {
    house.vault.policy("fraud-read", "path \"sys/*\" { capabilities = [\"sudo\"] }");
    ReleaseId id = house.start(FIRST);
    assertThat(ended(id, GateState.REJECTED).proved())
        .contains(NO_ACCESS, "The record is closed: REJECTED.");
    catches(ending(id, "RETIRED"), Flaw.OUT_OF_ORDER, "no access was ever given");
    catches(ending(id, "LIVE"), Flaw.UNREADABLE, "names no end of a release");
  }

  @Test
  void rejectedByAPerson() {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.reject(id, "rita@example.com", GateFunction.RISK);
    assertThat(ended(id, GateState.REJECTED).proved())
        .contains(NO_ACCESS)
        .anyMatch(line -> line.contains("REJECTED, rita@example.com for risk; judged again"))
        .noneMatch(line -> line.startsWith("Approved"));
    catches(
        rewritten(id).saying(EntryKind.DECISION, body -> body.put("outcome", "APPROVED")),
        Flaw.NOT_APPROVED,
        "it says APPROVED; judged again it is rejected");
    catches(
        rewritten(id)
            .without(entry -> entry.actor().equals("rita@example.com"))
            .saying(
                EntryKind.DECISION, body -> body.put("outcome", "APPROVED").putArray("signOffs")),
        Flaw.NOT_APPROVED,
        "2 still missing");
  }

  @Test
  void withdrawnByItsSubmitter() {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.order(id, "pia@example.com", OrderKind.WITHDRAW);
    Audit audit = ended(id, GateState.WITHDRAWN);
    assertThat(audit.proved())
        .contains(NO_ACCESS)
        .anyMatch(line -> line.contains("closed: WITHDRAWN, ordered by pia@example.com (entry "));
    assertThat(audit.notProved()).noneMatch(line -> line.startsWith("Why the record ended"));
    catches(
        rewritten(id)
            .saying(EntryKind.ORDER, body -> body.put("order", OrderKind.RETIRE.toString())),
        Flaw.FOREIGN_LINE,
        "the order says something else than its entry");
  }

  @Test
  void nobodySignedInTime() {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.pass(Duration.ofHours(73));
    Audit audit = ended(id, GateState.EXPIRED);
    assertThat(audit.proved()).contains(NO_ACCESS, "The record is closed: EXPIRED.");
    assertThat(audit.notProved())
        .anyMatch(line -> line.startsWith("Why the record ended as EXPIRED: no order"));
    catches(ending(id, "ROLLED_BACK"), Flaw.OUT_OF_ORDER, "no access was ever given");
  }

  @Test
  void theWorkloadNeverProvedItsIdentity() {
    ReleaseId id = house.start(FIRST);
    house.await(id, GateState.AWAITING_SIGN_OFF);
    house.approveAll(id);
    house.await(id, GateState.GRANTING);
    house.pass(Duration.ofHours(25));
    assertThat(ended(id, GateState.EXPIRED).proved()).contains(NO_ACCESS);
  }

  private Rewritten rewritten(ReleaseId id) {
    return Rewritten.of(house, id);
  }

  private Rewritten ending(ReleaseId id, String state) {
    return rewritten(id).saying(EntryKind.COMPLETE, body -> body.put("state", state));
  }

  private void catches(Rewritten forged, Flaw flaw, String words) {
    Auditor.of(house).catches(forged, flaw, words);
  }

  private Audit ended(ReleaseId id, GateState state) {
    house.ended(id, state);
    Audit audit = Auditor.of(house).holds(Auditor.bundle(house, id));
    assertThat(audit.end()).isEqualTo(state.name());
    return audit;
  }
}
