package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.SecretText;
import io.countersign.activity.SweepReport;
import io.countersign.activity.SweepReport.Reason;
import io.countersign.gate.ReleaseGate;
import io.countersign.gate.Sweep;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.engine.ExampleSystem;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.ScheduleClient;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A workflow that was terminated cannot revoke: the sweeper does, on real engines (I7). */
class SweepIT {
  private final Gatehouse house = Gatehouse.open();

  @Test
  void aTerminatedReleaseLosesItsAccessAndItsLiveNeighbourKeepsIt() {
    ReleaseId victim = live("sweep-1");
    SecretText lost = login(victim);
    assertThat(sweep().findings()).isEmpty();
    // Before a successor is live, because a superseded release ends by itself.
    house.client.newUntypedWorkflowStub(victim.workflowId()).terminate("an accident");
    ReleaseId neighbour = live("sweep-2");
    SecretText kept = login(neighbour);
    assertThat(works(lost)).as("nobody else ends it").isTrue();

    SweepReport report = sweep();
    assertThat(report.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.release()).isEqualTo(victim);
              assertThat(finding.reason()).isEqualTo(Reason.WORKFLOW_ENDED);
              assertThat(finding.result()).isEqualTo(SweepReport.Result.REVOKED);
            });
    assertThat(works(lost)).isFalse();
    assertThat(house.workload.login(ExampleSystem.SYSTEM, victim.version())).isEmpty();
    assertThat(works(kept)).isTrue();
    assertThat(house.workload.login(ExampleSystem.SYSTEM, neighbour.version())).isPresent();
    assertThat(sweep().findings()).isEmpty();

    house.signal(
        neighbour, "order", house.order(neighbour, "otto@example.com", OrderKind.ROLLBACK));
    house.await(neighbour, GateState.ROLLED_BACK);
    assertThat(works(kept)).isFalse();
  }

  @Test
  void theWorkerSeesToTheSchedule() {
    assertThat(
            ScheduleClient.newInstance(house.client.getWorkflowServiceStubs())
                .getHandle(Sweep.SCHEDULE_ID)
                .describe()
                .getSchedule()
                .getSpec()
                .getIntervals()
                .get(0)
                .getEvery())
        .isEqualTo(Duration.ofMinutes(5));
  }

  /** By a secret that it may read: without the default policy no token may look itself up. */
  private boolean works(SecretText token) {
    return house.workload.read(token, "kv/data/fraud/scoring") == 200;
  }

  private SweepReport sweep() {
    return house
        .client
        .newWorkflowStub(
            Sweep.class, WorkflowOptions.newBuilder().setTaskQueue(ReleaseGate.TASK_QUEUE).build())
        .run();
  }

  private SecretText login(ReleaseId id) {
    return house.workload.login(ExampleSystem.SYSTEM, id.version()).orElseThrow();
  }

  private ReleaseId live(String version) {
    ReleaseId id = house.start("2026.11.1", version);
    house.await(id, GateState.AWAITING_SIGN_OFF);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.approve(id, "rita@example.com", GateFunction.RISK);
    Gatehouse.await(
        () ->
            house.view(id).state() == GateState.LIVE
                ? Optional.of(id)
                : house.workload.login(ExampleSystem.SYSTEM, "probe").map(token -> id),
        Optional::isPresent);
    house.await(id, GateState.LIVE);
    return id;
  }
}
