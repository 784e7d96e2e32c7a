package io.countersign.bench;

import io.countersign.activities.engine.LocalPostgres;
import io.countersign.activity.Submission;
import io.countersign.grant.SystemRef;
import io.countersign.record.EntryKind;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.gateway.Gateway.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * From a person's order to roll back to the denial on every decision node. Releases that came
 * through the whole gate, a serving worker and two nodes, each a process of its own; the nodes are
 * asked over HTTP with the workload's token. Then the store is stopped.
 */
final class KillSwitch {
  private static final String SECTION = "kill-switch";
  private static final int HEAP_MEBIBYTES = 512;
  private static final int AT_A_TIME = 16;
  private static final int NODES = 2;
  private static final int STOPS = 3;
  private static final long SETTLE_MILLIS = 2_000;
  private static final double MOST_MILLIS = 1_000;

  private final int rollbacks;

  KillSwitch(int rollbacks) {
    this.rollbacks = rollbacks;
  }

  /** Milliseconds to the first denial on the node that was last. */
  private record Times(
      List<Double> fromOrder, List<Double> fromAccepted, List<Double> fromRecord) {}

  void measure(Path directory, Report report) throws IOException {
    int systems = Math.min(rollbacks, WideOnboarding.NARROW);
    report.title(
        "Kill switch: %d rollbacks, one after the other, %d decision nodes"
            .formatted(rollbacks, NODES));
    try (House house = House.open(directory, systems);
        RecordWatch record = new RecordWatch(house);
        NodeProcess one = NodeProcess.start(house, directory, "node-1");
        NodeProcess other = NodeProcess.start(house, directory, "node-2")) {
      List<NodeProcess> nodes = List.of(one, other);
      Submission left;
      try (WorkerProcess worker =
              WorkerProcess.start(
                  house.settingsFile, directory.resolve("worker.log"), HEAP_MEBIBYTES);
          Riders riders = new Riders(house, AT_A_TIME)) {
        GateCourse gate = new GateCourse(house, record);
        Times times = new Times(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int version = 1; times.fromOrder().size() < rollbacks; version++) {
          int wanted = Math.min(systems, rollbacks - times.fromOrder().size());
          List<Submission> round = submissions(house, version, wanted);
          riders.ride(gate, round);
          record.awaitSealed();
          round.forEach(submission -> rollBack(house, record, nodes, submission, times));
          awaitEnd(record, round);
          System.err.printf(
              "%d rolled back; so far %s ms%n",
              times.fromOrder().size(), Arrays.toString(new Sample(times.fromOrder()).spread()));
        }
        print(report, times);
        // One stays live, for the time when the store is away.
        List<Submission> last = submissions(house, Integer.MAX_VALUE, 1);
        riders.ride(gate, last);
        left = last.get(0);
        if (!worker.alive()) {
          throw new IllegalStateException("the worker has ended");
        }
      }
      stops(house, directory, nodes, left, report);
    }
  }

  private static List<Submission> submissions(House house, int version, int systems) {
    return house.fleet.systems().stream()
        .limit(systems)
        .map(system -> house.fleet.manifest(system, "v" + version))
        .map(house.voices::submission)
        .toList();
  }

  /** The slots are free again. */
  private static void awaitEnd(RecordWatch record, List<Submission> round) {
    Set<ReleaseId> releases = round.stream().map(Submission::release).collect(Collectors.toSet());
    Waiting.until(
        "their ends are on record",
        () -> record.having(EntryKind.COMPLETE, releases).size() == releases.size());
  }

  private static void rollBack(
      House house,
      RecordWatch record,
      List<NodeProcess> nodes,
      Submission submission,
      Times times) {
    ReleaseId release = submission.release();
    List<byte[]> questions = questions(house, nodes, release);
    String order = house.voices.order(release, submission.releaseDigest(), OrderKind.ROLLBACK);
    List<Callable<NodeProcess.Denied>> waiting = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      NodeProcess node = nodes.get(i);
      byte[] question = questions.get(i);
      Waiting.until(node.address() + " allows " + release, () -> node.allows(question));
      waiting.add(() -> node.awaitDenial(question));
    }
    ExecutorService threads = Executors.newFixedThreadPool(nodes.size());
    try {
      List<Future<NodeProcess.Denied>> denials = new ArrayList<>();
      waiting.forEach(one -> denials.add(threads.submit(one)));
      long sent = System.nanoTime();
      house.gateway.signal(release, Message.ORDER, order);
      long accepted = System.nanoTime();
      NodeProcess.Denied last = denials.get(0).get();
      for (Future<NodeProcess.Denied> denial : denials) {
        last = denial.get().nanos() - last.nanos() > 0 ? denial.get() : last;
      }
      times.fromOrder().add((last.nanos() - sent) / 1e6);
      times.fromAccepted().add((last.nanos() - accepted) / 1e6);
      times
          .fromRecord()
          .add(Duration.between(record.at(EntryKind.ORDER, release), last.at()).toNanos() / 1e6);
      for (int i = 0; i < nodes.size(); i++) {
        if (!nodes.get(i).answer(questions.get(i)).contains("\"NOT_LIVE\"")) {
          throw new IllegalStateException(release + " was denied for another reason");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(release + " was not denied", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<byte[]> questions(House house, List<NodeProcess> nodes, ReleaseId release) {
    SystemRef system = SystemRef.of(release);
    String token = house.workload(system).token(Asked.audience(system, release.version())).reveal();
    return nodes.stream().map(node -> Asked.request(node.address(), system, token)).toList();
  }

  private static void print(Report report, Times times) {
    Sample order = new Sample(times.fromOrder());
    report.spread(SECTION, "order sent to denial on every node", "ms", order.spread(), 0);
    report.spread(
        SECTION,
        "order accepted by Temporal to denial on every node",
        "ms",
        new Sample(times.fromAccepted()).spread(),
        0);
    report.spread(
        SECTION,
        "order's entry in the record to denial on every node",
        "ms",
        new Sample(times.fromRecord()).spread(),
        1);
    report.against(
        SECTION,
        "order sent to denial, the longest, ms",
        order.quantile(1),
        "at most",
        MOST_MILLIS);
  }

  /** The store goes away, nobody can order anything any more, and nodes deny at their limit. */
  private static void stops(
      House house, Path directory, List<NodeProcess> nodes, Submission live, Report report) {
    List<Double> seconds = new ArrayList<>();
    LocalPostgres postgres = house.engines.postgres();
    LocalPostgres again = null;
    try {
      for (int i = 0; i < STOPS; i++) {
        List<byte[]> questions = questions(house, nodes, live.release());
        for (int k = 0; k < nodes.size(); k++) {
          NodeProcess node = nodes.get(k);
          byte[] question = questions.get(k);
          Waiting.until(node.address() + " allows", () -> node.allows(question));
        }
        // The reading that found the store again was begun before.
        Waiting.pause(SETTLE_MILLIS);
        long stopping = System.nanoTime();
        (again == null ? postgres : again).close();
        long stopped = System.nanoTime();
        System.err.printf("the store took %d ms to stop%n", (stopped - stopping) / 1_000_000);
        for (int k = 0; k < nodes.size(); k++) {
          seconds.add((nodes.get(k).awaitDenial(questions.get(k)).nanos() - stopping) / 1e9);
        }
        again = LocalPostgres.start(directory.resolve("engines").resolve("postgres"));
      }
    } finally {
      if (again != null) {
        again.close();
      }
    }
    report.spread(SECTION, "store stopped to denial", "s", new Sample(seconds).spread(), 1);
  }
}
