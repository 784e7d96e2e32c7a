package io.countersign.bench;

import io.countersign.grant.SystemRef;
import io.countersign.worker.engine.ExampleDecisions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code countersign decide} over HTTP on the loopback, and the same server with nothing behind it.
 * Both are processes of their own and take turns; the client is this process, on the same
 * processors.
 */
final class DecidingLoad {
  private static final String SECTION = "decide";
  private static final int HEAP_MEBIBYTES = 512;
  private static final int CLOSED_CONNECTIONS = 8;
  private static final int OPEN_CONNECTIONS = 20;
  private static final double MOST_MILLIS = 5;
  private static final double LEAST_THROUGHPUT = 0.5;
  private static final int WARM_UP = 4;

  private final int rounds;
  private final Duration turn;

  /**
   * @param rounds of both servers
   * @param turn how long one is asked in a round
   */
  DecidingLoad(int rounds, Duration turn) {
    this.rounds = rounds;
    this.turn = turn;
  }

  void measure(Path directory, Fleet fleet, LiveRecord record, Report report) throws IOException {
    report.title(
        "HTTP on the loopback: %d rounds of %d s, client on the same processors"
            .formatted(rounds, turn.toSeconds()));
    Path settings = settings(directory, fleet, record);
    URI node = ExampleDecisions.of(fleet.example()).settings(settings, "node");
    SystemRef system = Fleet.system(1);
    try (WorkerProcess decide =
        WorkerProcess.decide(settings, directory.resolve("decide.log"), HEAP_MEBIBYTES)) {
      byte[][] requests = requests(fleet, node, system, Asked.DIFFERENT);
      String answer = answer(node, requests[0]);
      URI bareAddress = free();
      try (WorkerProcess bare =
              WorkerProcess.start(
                  settings,
                  directory.resolve("bare.log"),
                  HEAP_MEBIBYTES,
                  "Answering at",
                  BareEndpoint.class,
                  bareAddress.getAuthority(),
                  answer);
          Load asking = new Load(node, requests, CLOSED_CONNECTIONS);
          Load again = new Load(node, new byte[][] {requests[0]}, CLOSED_CONNECTIONS);
          Load nothing =
              new Load(
                  bareAddress,
                  requests(fleet, bareAddress, system, Asked.DIFFERENT),
                  CLOSED_CONNECTIONS)) {
        double saturation = throughput(decide, asking, again, bare, nothing, report);
        latency(fleet, node, system, saturation / 2, report);
      }
    }
  }

  private double throughput(
      WorkerProcess decide,
      Load asking,
      Load again,
      WorkerProcess bare,
      Load nothing,
      Report report) {
    List<Double> known = new ArrayList<>();
    List<Double> knownCpu = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> ourCpu = new ArrayList<>();
    List<Double> theirCpu = new ArrayList<>();
    for (int round = -WARM_UP; round < rounds; round++) {
      boolean counted = round >= 0;
      turn(decide, asking, counted, ours, ourCpu);
      turn(decide, again, counted, known, knownCpu);
      turn(bare, nothing, counted, theirs, theirCpu);
    }
    Sample perSecond = new Sample(ours);
    report.line(SECTION, "decisions a second, saturated", "1/s", perSecond, 0);
    report.line(SECTION, "bare endpoint's answers a second", "1/s", new Sample(theirs), 0);
    report.line(SECTION, "processor time of a decision", "µs", new Sample(ourCpu), 0);
    report.line(SECTION, "processor time of a bare answer", "µs", new Sample(theirCpu), 0);
    report.line(SECTION, "decisions a second, asked before", "1/s", new Sample(known), 0);
    report.line(
        SECTION, "processor time of a decision, asked before", "µs", new Sample(knownCpu), 0);
    report.line(
        SECTION,
        "throughput, asked before / bare",
        "times",
        new Sample(known).over(new Sample(theirs)),
        2);
    Sample ratio = perSecond.over(new Sample(theirs));
    report.line(SECTION, "throughput, round by round", "times", ratio, 2);
    report.against(
        SECTION, "throughput, decisions / bare", ratio.median(), "at least", LEAST_THROUGHPUT);
    return perSecond.median();
  }

  private void turn(
      WorkerProcess server, Load load, boolean counted, List<Double> perSecond, List<Double> cpu) {
    Duration before = server.cpu();
    Load.Result result = required(load.closed(turn));
    if (counted) {
      perSecond.add(result.perSecond());
      cpu.add(server.cpu().minus(before).toNanos() / 1e3 / result.nanos().getTotalCount());
    }
  }

  /** Tokens live five minutes, so that this part has one of its own. */
  private void latency(Fleet fleet, URI node, SystemRef system, double perSecond, Report report) {
    try (Load load =
        new Load(node, requests(fleet, node, system, Asked.DIFFERENT), OPEN_CONNECTIONS)) {
      required(load.open(perSecond, turn));
      Load.Result result = required(load.open(perSecond, turn.multipliedBy(rounds)));
      report.say(
          "%.0f questions a second at random, half of saturation; %d in all"
              .formatted(perSecond, result.nanos().getTotalCount()));
      report.spread(SECTION, "answer over HTTP at half of saturation", "ms", result.millis(), 2);
      report.against(
          SECTION, "answer over HTTP, p99, ms", result.millis()[1], "at most", MOST_MILLIS);
    }
  }

  private static Load.Result required(Load.Result result) {
    if (result.no() > 0) {
      throw new IllegalStateException(result.no() + " answers were no yes");
    }
    return result;
  }

  /** What the node answers once it has read the record and compiled the policy. */
  private static String answer(URI node, byte[] request) {
    try (HttpLine line = new HttpLine(node)) {
      Waiting.until("the node allows", () -> line.yes(request));
      return line.body(request);
    }
  }

  private static byte[][] requests(Fleet fleet, URI server, SystemRef system, int many) {
    String token =
        fleet
            .example()
            .workload(server, Fleet.subject(system), Fleet.audience(system))
            .token(Asked.audience(system, LiveRecord.VERSION))
            .reveal();
    return Asked.requests(server, system, token, many);
  }

  private static Path settings(Path directory, Fleet fleet, LiveRecord record) throws IOException {
    Path home = Files.createDirectories(directory);
    Path password =
        Files.writeString(home.resolve("postgres.password"), record.postgres().password().reveal());
    Path rules = fleet.directory().toAbsolutePath();
    return Files.write(
        home.resolve("decide.properties"),
        List.of(
            "countersign.gate-file=" + rules.resolve("gate.yaml"),
            "countersign.approvers-file=" + rules.resolve("approvers.yaml"),
            "countersign.policy-owners-file=" + rules.resolve("policy-owners.yaml"),
            "countersign.decisions.trust-file=" + record.trust().toAbsolutePath(),
            "countersign.postgres.url=" + record.url(),
            "countersign.postgres.user=" + record.postgres().user(),
            "countersign.postgres.password-file=" + password));
  }

  private static URI free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }
}
