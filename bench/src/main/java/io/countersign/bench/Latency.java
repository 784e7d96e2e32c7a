package io.countersign.bench;

import io.countersign.activity.Submission;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.gateway.Gateway.Message;
import io.countersign.worker.serve.Serving;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * From the last sign-off to LIVE, and from the order to roll back to the proof of revocation, of
 * one release at a time; next to each, a bare signal with two activities and the same calls to
 * Vault.
 */
final class Latency {
  private static final String SECTION = "latency";
  private static final String QUEUE = "bench-by-hand";
  private static final double MOST = 3;
  private static final int WARM_UP = 10;

  private final int samples;

  Latency(int samples) {
    this.samples = samples;
  }

  void measure(Path directory, Report report) throws IOException {
    report.title("Latency: %d releases, one at a time".formatted(samples));
    try (House house = House.open(directory, 2);
        RecordWatch record = new RecordWatch(house);
        Serving worker = Serving.start(house.settings);
        Riders riders = new Riders(house, 1)) {
      ByHand.Hands hands = new ByHand.Hands(new VaultByHand(house));
      WorkerFactory handsWorker = worker(house, hands);
      List<Double> live = new ArrayList<>();
      List<Double> liveByHand = new ArrayList<>();
      List<Double> dead = new ArrayList<>();
      List<Double> deadByHand = new ArrayList<>();
      for (int i = 1 - WARM_UP; i <= samples; i++) {
        String version = "v" + (i + WARM_UP);
        Submission submission =
            house.voices.submission(house.fleet.manifest(house.fleet.systems().get(0), version));
        List<HistoryEvent> gate = gate(house, riders, record, submission);
        List<HistoryEvent> byHand = byHand(house, hands, version);
        if (i > 0) {
          live.add(millis(Moments.between(gate, 3, "Grant")));
          dead.add(millis(Moments.between(gate, 4, "Revoke")));
          liveByHand.add(millis(Moments.between(byHand, 1, "Grant")));
          deadByHand.add(millis(Moments.between(byHand, 2, "Revoke")));
        }
      }
      handsWorker.shutdownNow();
      handsWorker.awaitTermination(10, TimeUnit.SECONDS);
      print(report, "last sign-off to LIVE", new Sample(live), new Sample(liveByHand));
      print(report, "rollback order to proof", new Sample(dead), new Sample(deadByHand));
    }
  }

  private static void print(Report report, String what, Sample gate, Sample byHand) {
    report.line(SECTION, what, "ms", gate, 0);
    report.line(SECTION, what + ", by hand", "ms", byHand, 0);
    report.against(
        SECTION, what + ", gate / by hand", gate.median() / byHand.median(), "at most", MOST);
  }

  /** The history of a release that was led to its end. */
  private static List<HistoryEvent> gate(
      House house, Riders riders, RecordWatch record, Submission submission) {
    ReleaseId release = submission.release();
    house.gateway.start(submission);
    await(house, release, GateState.AWAITING_SIGN_OFF);
    riders.prove(SystemRef.of(release));
    Waiting.until("the identity is proved", () -> record.has(EntryKind.IDENTITY_PROVED, release));
    Waiting.until("the probe is closed", () -> idle(house, release));
    Digest review = Objects.requireNonNull(house.gateway.view(release).reviewDigest());
    int said = 0;
    for (GateFunction function : Voices.APPROVERS.keySet()) {
      record.awaitSealed();
      house.gateway.signal(
          release, Message.SIGN_OFF, house.voices.approval(submission, review, function));
      if (++said < Voices.APPROVERS.size()) {
        int wanted = said;
        Waiting.until("it was taken", () -> house.gateway.view(release).said().size() == wanted);
      }
    }
    Waiting.until("it is live", () -> record.has(EntryKind.GRANT, release));
    login(house, release);
    record.awaitSealed();
    house.gateway.signal(
        release,
        Message.ORDER,
        house.voices.order(release, submission.releaseDigest(), OrderKind.ROLLBACK));
    Waiting.until("it has ended", () -> record.has(EntryKind.COMPLETE, release));
    return house.client.fetchHistory(release.workflowId()).getEvents();
  }

  private static boolean idle(House house, ReleaseId release) {
    return house
            .client
            .newUntypedWorkflowStub(release.workflowId())
            .describe()
            .getRawDescription()
            .getPendingActivitiesCount()
        == 0;
  }

  private static List<HistoryEvent> byHand(House house, ByHand.Hands hands, String version) {
    SystemRef system = house.fleet.systems().get(1);
    ReleaseId release = system.release(version);
    Manifest.Access access = house.fleet.manifest(system, version).manifest().access();
    GrantSpec spec =
        new GrantSpec(
            release,
            Slot.A,
            Fleet.subject(system),
            Fleet.audience(system),
            access.policies(),
            access.tokenTtl(),
            access.validity());
    String id = "by-hand/" + release;
    WorkflowStub stub =
        house.client.newUntypedWorkflowStub(
            "ByHand", WorkflowOptions.newBuilder().setTaskQueue(QUEUE).setWorkflowId(id).build());
    stub.start(spec);
    String envelope =
        house.voices.order(
            release, Voices.digest(house.fleet.manifest(system, version)), OrderKind.ROLLBACK);
    stub.signal("go", Envelopes.raw(envelope));
    Waiting.until("the role is written", () -> hands.granted(release));
    login(house, release);
    stub.signal("go", Envelopes.raw(envelope));
    stub.getResult(Void.class);
    return house.client.fetchHistory(id).getEvents();
  }

  /** The workload holds a token when its access ends. */
  private static void login(House house, ReleaseId release) {
    SystemRef system = SystemRef.of(release);
    if (house.workload(system).login(system, Slot.A, release.version()).isEmpty()) {
      throw new IllegalStateException(release + " was granted, but nobody can log in");
    }
  }

  private static WorkerFactory worker(House house, ByHand.Hands hands) {
    WorkerFactory workers = WorkerFactory.newInstance(house.client);
    var worker = workers.newWorker(QUEUE);
    worker.registerWorkflowImplementationTypes(ByHand.Impl.class);
    worker.registerActivitiesImplementations(hands);
    workers.start();
    return workers;
  }

  private static void await(House house, ReleaseId release, GateState state) {
    Waiting.until(release + " is " + state, () -> house.gateway.view(release).state() == state);
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
