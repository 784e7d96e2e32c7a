package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.port.SecretText;
import io.countersign.activity.SweepReport;
import io.countersign.gate.ReleaseGate;
import io.countersign.gate.ReleaseGateImpl;
import io.countersign.gate.Sweep;
import io.countersign.grant.Slot;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.demo.Intruder;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.gateway.FailureTranslation;
import io.temporal.activity.DynamicActivity;
import io.temporal.client.WorkflowOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Releases of the example as its people lead them, up to the point at which somebody attacks. */
final class Life {
  private static final String LIKE = "2026.11.1";

  final Gatehouse house = Gatehouse.open();
  private static @Nullable Rogue rogue;
  private @Nullable WorkerFactory standIn;
  private @Nullable WorkerFactory saboteur;

  Intruder intruder() {
    return new Intruder(
        EngineBinaries.ofThisProcess().temporal().orElseThrow(),
        house.engines.temporal().address(),
        house.home);
  }

  Rogue rogue() {
    synchronized (Life.class) {
      Rogue hired = rogue;
      if (hired == null) {
        hired = Rogue.hire(house.client);
        rogue = hired;
      }
      return hired;
    }
  }

  /** A release whose checks are done, with the workload's identity proved. */
  ReleaseId awaiting(String version) {
    ReleaseId id = house.start(LIKE, version);
    house.await(id, GateState.AWAITING_SIGN_OFF);
    Gatehouse.await(() -> house.workload.login(ExampleSystem.SYSTEM, "probe"), Optional::isPresent);
    // The gate has seen the login once it has closed the probe.
    Gatehouse.await(() -> house.workload.login(ExampleSystem.SYSTEM, "probe"), Optional::isEmpty);
    // A worker that stops takes its attempts with it for a minute; this one has to be over.
    Gatehouse.await(() -> intruder().pending(id.workflowId(), "ProveIdentity"), Optional::isEmpty);
    return id;
  }

  void approveAll(ReleaseId id) {
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.approve(id, "rita@example.com", GateFunction.RISK);
  }

  ReleaseId live(String version) {
    ReleaseId id = awaiting(version);
    approveAll(id);
    house.await(id, GateState.LIVE);
    return id;
  }

  /**
   * Puts a worker that runs workflows alone in the place of the gate's, so that every activity
   * waits for whoever answers it by hand.
   */
  void standIn() {
    if (standIn == null) {
      house.stopWorker();
      WorkerFactory workflows =
          WorkerFactory.newInstance(
              house.client,
              WorkerFactoryOptions.newBuilder()
                  .setWorkerInterceptors(new FailureTranslation())
                  .build());
      workflows
          .newWorker(ReleaseGate.TASK_QUEUE)
          .registerWorkflowImplementationTypes(ReleaseGateImpl.class);
      workflows.start();
      standIn = workflows;
    }
  }

  /** Somebody's worker on the gate's queue, which fails every activity for good. */
  void sabotage() {
    WorkerFactory liar = WorkerFactory.newInstance(house.client);
    liar.newWorker(ReleaseGate.TASK_QUEUE)
        .registerActivitiesImplementations(
            (DynamicActivity)
                arguments -> {
                  throw ApplicationFailure.newNonRetryableFailure("none of your business", "LIE");
                });
    liar.start();
    saboteur = liar;
  }

  /** Brings the gate's own worker back. */
  void standDown() {
    if (saboteur != null) {
      saboteur.shutdownNow();
      saboteur.awaitTermination(10, TimeUnit.SECONDS);
      saboteur = null;
    }
    if (standIn != null) {
      standIn.shutdownNow();
      standIn.awaitTermination(10, TimeUnit.SECONDS);
      standIn = null;
      house.startWorker();
    }
  }

  /** The roles that Vault holds in both slots, as its administrator sees them. */
  List<String> roles() {
    List<String> names = new ArrayList<>();
    for (Slot slot : Slot.values()) {
      house
          .vault("GET", "auth/" + ExampleSystem.SYSTEM.mount(slot) + "/role?list=true", null)
          .path("data")
          .path("keys")
          .forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  /** The states of a release's grants in the record, oldest first. */
  List<String> grants(ReleaseId id) {
    return column(
        id, "SELECT state FROM countersign.access_grant WHERE release = ? ORDER BY ordinal");
  }

  /** The kinds of a release's entries in the record, in order. */
  List<String> entries(ReleaseId id) {
    return column(id, "SELECT kind FROM countersign.entry WHERE release = ? ORDER BY seq");
  }

  private List<String> column(ReleaseId id, String sql) {
    List<String> found = new ArrayList<>();
    try (Connection record = house.record();
        PreparedStatement query = record.prepareStatement(sql)) {
      query.setString(1, id.toString());
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    } catch (SQLException e) {
      throw new AssertionError("the record was not read", e);
    }
    return found;
  }

  Optional<SecretText> login(ReleaseId id) {
    return house.workload.login(ExampleSystem.SYSTEM, id.version());
  }

  SecretText token(ReleaseId id) {
    SecretText token = login(id).orElseThrow();
    assertThat(works(token)).isTrue();
    return token;
  }

  /** By a secret that it may read: without the default policy no token may look itself up. */
  boolean works(SecretText token) {
    return house.workload.read(token, "kv/data/fraud/scoring") == 200;
  }

  void assertDead(ReleaseId id, SecretText token) {
    assertThat(works(token)).isFalse();
    assertThat(login(id)).isEmpty();
  }

  void takeBack(ReleaseId id) {
    house.signal(
        id,
        "signOff",
        house.signOff(id, "mara@example.com", GateFunction.MLOPS, SignOffDecision.TAKE_BACK));
  }

  void order(ReleaseId id, OrderKind kind) {
    house.signal(id, "order", house.order(id, "otto@example.com", kind));
  }

  /** Ends a release, so that the next test finds both slots free. */
  void retire(ReleaseId id) {
    order(id, OrderKind.RETIRE);
    house.await(id, GateState.RETIRED);
  }

  SweepReport sweep() {
    return house
        .client
        .newWorkflowStub(
            Sweep.class, WorkflowOptions.newBuilder().setTaskQueue(ReleaseGate.TASK_QUEUE).build())
        .run();
  }
}
