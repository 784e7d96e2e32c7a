package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.port.ReleaseQuery;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.ListedRelease;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.TemporalGateway;
import io.countersign.worker.remote.RemoteRecord;
import io.countersign.worker.remote.Requester;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.DeleteWorkflowExecutionRequest;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A release whose workflow Temporal has forgotten, read by an auditor over a worker's HTTP. */
class RecordOutlivesTemporalIT {
  private final Life life = new Life();

  @Test
  void whatTemporalHasForgottenIsStillListed() {
    ReleaseId id = life.live("forgotten-1");
    life.retire(id);
    forget(id);
    List<ListedRelease> found = record("aude@example.com").list(of(id, "mara@example.com"));
    assertThat(found)
        .filteredOn(listed -> listed.release().equals(id))
        .singleElement()
        .satisfies(
            listed -> {
              assertThat(listed.state()).isEqualTo("RETIRED");
              assertThat(listed.submitter()).isEqualTo("pia@example.com");
              assertThat(listed.tier()).isEqualTo("customer-facing");
              assertThat(listed.completedAt()).isNotNull();
            });
    assertThat(record("aude@example.com").list(of(id, "dana@example.com"))).isEmpty();
  }

  @Test
  void aKeyThatNobodyListsReadsNothing() {
    RemoteRecord owners = record("ines@example.com");
    assertThatThrownBy(() -> owners.list(ReleaseQuery.all(1)))
        .isInstanceOfSatisfying(
            GateException.class,
            refusal -> assertThat(refusal.type()).isEqualTo(FailureType.UNKNOWN_KEY));
  }

  private static ReleaseQuery of(ReleaseId id, String person) {
    return new ReleaseQuery(
        id.environment(), id.system(), GateState.RETIRED, null, person, null, null, 100);
  }

  private RemoteRecord record(String person) {
    return new RemoteRecord(
        life.house.settings.apiUrl().orElseThrow(),
        new Requester(
            person,
            KeyFiles.readPrivate(life.house.example.keyOf(person), Keys.Passphrase::unavailable),
            Clock.systemUTC()));
  }

  /** As retention does, only sooner. */
  private void forget(ReleaseId id) {
    life.house
        .client
        .getWorkflowServiceStubs()
        .blockingStub()
        .deleteWorkflowExecution(
            DeleteWorkflowExecutionRequest.newBuilder()
                .setNamespace("default")
                .setWorkflowExecution(WorkflowExecution.newBuilder().setWorkflowId(id.workflowId()))
                .build());
    try (TemporalGateway temporal = TemporalGateway.of(life.house.settings.temporal())) {
      Gatehouse.await(() -> unknown(temporal, id), gone -> gone);
    }
  }

  private static boolean unknown(TemporalGateway temporal, ReleaseId id) {
    try {
      temporal.describe(id);
      return false;
    } catch (GateException absent) {
      return absent.type() == FailureType.UNKNOWN_RELEASE;
    }
  }
}
