package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.SecretText;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A grant that is cut short after Vault has written the role and before the record knows is
 * finished once, or undone whole (I12).
 */
class CutShortIT {
  private final Life life = new Life();
  private final Gatehouse house = life.house;
  private VaultWire wire;
  private Path settings;

  @BeforeEach
  void putAWireBeforeVault() {
    wire = VaultWire.before(house.engines.vault().address());
    settings =
        house.settings("cut", Map.of("countersign.vault.address", wire.address().toString()));
  }

  @AfterEach
  void cutTheWire() {
    wire.close();
  }

  @Test
  void aDatabaseThatStopsUnderAGrantLosesNothingAndDoublesNothing() {
    ReleaseId id = life.awaiting("stopped-1");
    house.stopWorker();
    house.startWorker(house.read(settings));
    try {
      VaultWire.Hold writing = wire.hold(request -> writes(request, id));
      life.approveAll(id);
      Gatehouse.await(writing::held, count -> count == 1);
      house.stopPostgres();
      writing.letGo();
      Gatehouse.await(() -> attempts(id, "Grant"), count -> count > 1);
      assertThat(house.view(id).state()).isEqualTo(GateState.GRANTING);
      house.startPostgres();
      house.await(id, GateState.LIVE);
      onceOnly(id);
      SecretText token = life.token(id);
      life.retire(id);
      life.assertDead(id, token);
      assertThat(life.roles()).isEmpty();
    } finally {
      house.stopWorker();
      house.startWorker();
    }
  }

  @Test
  void aWorkerThatIsKilledBetweenTheRoleAndItsRecordLeavesOneGrantOrNone() {
    ReleaseId going = life.awaiting("killed-2");
    ReleaseId ending = life.awaiting("killed-3");
    String withdrawal = house.order(ending, "otto@example.com", OrderKind.WITHDRAW);
    house.stopWorker();
    VaultWire.Hold writing =
        wire.hold(request -> writes(request, going) || writes(request, ending));
    try {
      try (WorkerProcess worker =
          WorkerProcess.serve(settings, settings.resolveSibling("worker.log"))) {
        life.approveAll(going);
        life.approveAll(ending);
        Gatehouse.await(writing::held, count -> count == 2);
        worker.kill();
      }
      writing.letGo();
      assertThat(life.roles()).containsExactlyInAnyOrder(going.version(), ending.version());
      assertThat(life.grants(going)).containsExactly("WRITING");
      assertThat(life.grants(ending)).containsExactly("WRITING");
      house.signal(ending, "order", withdrawal);
    } finally {
      house.startWorker();
    }
    noticeTheDeath(going);
    Gatehouse.await(() -> house.view(ending).state(), state -> state != GateState.GRANTING);
    noticeTheDeath(ending);

    house.await(going, GateState.LIVE);
    onceOnly(going);
    house.await(ending, GateState.WITHDRAWN);
    assertThat(life.login(ending)).isEmpty();
    assertThat(life.grants(ending)).containsExactly("REVOKED");
    assertThat(life.entries(ending)).contains("REVOCATION_PROVED").doesNotContain("GRANT");
    assertThat(life.roles()).containsExactly(going.version());
    SecretText token = life.token(going);
    life.retire(going);
    life.assertDead(going, token);
    assertThat(life.roles()).isEmpty();
  }

  private void onceOnly(ReleaseId id) {
    assertThat(life.grants(id)).containsExactly("LIVE");
    assertThat(Collections.frequency(life.entries(id), "GRANT")).isEqualTo(1);
    assertThat(life.roles()).contains(id.version()).doesNotHaveDuplicates();
  }

  private static boolean writes(String request, ReleaseId id) {
    return (request.startsWith("POST") || request.startsWith("PUT"))
        && request.endsWith("/role/" + id.version());
  }

  /** Temporal notices a worker's death after two minutes; this says it at once. */
  private void noticeTheDeath(ReleaseId id) {
    String activity = life.intruder().pending(id.workflowId(), "Grant").orElseThrow();
    house
        .client
        .newActivityCompletionClient()
        .completeExceptionally(
            id.workflowId(),
            Optional.empty(),
            activity,
            ApplicationFailure.newFailure("no heartbeat", "GONE"));
  }

  private int attempts(ReleaseId id, String activity) {
    List<PendingActivityInfo> pending =
        house
            .client
            .newUntypedWorkflowStub(id.workflowId())
            .describe()
            .getRawDescription()
            .getPendingActivitiesList();
    return pending.stream()
        .filter(one -> one.getActivityType().getName().equals(activity))
        .mapToInt(PendingActivityInfo::getAttempt)
        .findFirst()
        .orElse(0);
  }
}
