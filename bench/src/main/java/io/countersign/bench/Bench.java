package io.countersign.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.engine.EngineBinaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench/run}: measures on real engines of this machine and prints ratios. */
@Command(
    name = "bench/run",
    description = "Measures the gate against bare workflows and bare calls, on real engines.",
    mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
  private enum What {
    throughput,
    latency,
    checks,
    rest,
    verification,
    digest,
    record,
    decide,
    killSwitch("kill-switch");

    private final String label;

    What() {
      label = name();
    }

    What(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  @Parameters(
      arity = "0..*",
      description = "What to measure: ${COMPLETION-CANDIDATES} (default: all).")
  private List<What> wanted = List.of(What.values());

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Writes the figures as JSON (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("bench.json");

  @Option(
      names = "--releases",
      description = "Releases of a round, each of a system of its own (default: ${DEFAULT-VALUE}).")
  private int releases = 40;

  @Option(names = "--at-a-time", description = "Releases in flight (default: ${DEFAULT-VALUE}).")
  private int atATime = 20;

  @Option(names = "--rounds", description = "Rounds of each course (default: ${DEFAULT-VALUE}).")
  private int rounds = 7;

  @Option(
      names = "--warm-up",
      description = "Rounds of each course that are not counted (default: ${DEFAULT-VALUE}).")
  private int warmUp = 4;

  @Option(
      names = "--samples",
      description = "Releases whose latencies are measured (default: ${DEFAULT-VALUE}).")
  private int samples = 50;

  @Option(names = "--live", description = "Live releases at rest (default: ${DEFAULT-VALUE}).")
  private int live = 1000;

  @Option(
      names = "--seconds",
      description = "How long the worker at rest is watched (default: ${DEFAULT-VALUE}).")
  private int seconds = 300;

  @Option(
      names = "--bundles",
      description = "Bundles that are verified (default: ${DEFAULT-VALUE}).")
  private int bundles = 20;

  @Option(
      names = "--gibibytes",
      description = "Size of what is digested (default: ${DEFAULT-VALUE}).")
  private int gibibytes = 4;

  @Option(
      names = "--small-files",
      description = "Small files that are digested (default: ${DEFAULT-VALUE}).")
  private int smallFiles = 100_000;

  @Option(
      names = "--decided",
      description = "Live releases that a decision node knows (default: ${DEFAULT-VALUE}).")
  private int decided = 10_000;

  @Option(
      names = "--turn",
      description = "Seconds that a server is asked in a round (default: ${DEFAULT-VALUE}).")
  private int turn = 5;

  @Option(
      names = "--rollbacks",
      description = "Live releases that are rolled back (default: ${DEFAULT-VALUE}).")
  private int rollbacks = 1000;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keeps the engines' data and logs in this directory.")
  private @Nullable Path keep;

  /** Runs and exits. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Path kept = keep;
    Path directory =
        kept == null
            ? Files.createTempDirectory("countersign-bench")
            : Files.createDirectories(kept.toAbsolutePath());
    Report report = new Report(measuredOn());
    try {
      for (What what : wanted) {
        switch (what) {
          case throughput ->
              new Throughput(releases, atATime, warmUp, rounds)
                  .measure(directory.resolve("throughput"), report);
          case latency -> new Latency(samples).measure(directory.resolve("latency"), report);
          case checks ->
              new Checking(
                      Path.of(
                          System.getProperty("countersign.home", ""), "examples", "fraud-scorer"),
                      samples)
                  .measure(directory.resolve("checks"), report);
          case verification ->
              new Verifying(bundles).measure(directory.resolve("verification"), report);
          case digest ->
              new Digesting(rounds, gibibytes, smallFiles)
                  .measure(directory.resolve("digest"), report);
          case record -> new Recording().measure(directory.resolve("record"), report);
          case decide ->
              new Deciding(decided, rounds, Duration.ofSeconds(turn))
                  .measure(directory.resolve("decide"), report);
          case killSwitch ->
              new KillSwitch(rollbacks).measure(directory.resolve("kill-switch"), report);
          case rest -> new Rest(live, seconds).measure(directory.resolve("rest"), report);
        }
        report.write(out);
      }
    } finally {
      if (kept == null) {
        delete(directory);
      }
    }
    return 0;
  }

  private static ObjectNode measuredOn() {
    EngineBinaries binaries = EngineBinaries.ofThisProcess();
    ObjectNode on = JsonNodeFactory.instance.objectNode();
    on.put("processors", Runtime.getRuntime().availableProcessors());
    on.put("java", Runtime.version().toString());
    on.put("temporal", firstLine(binaries.temporal().orElseThrow(), "--version"));
    on.put("vault", firstLine(binaries.vault().orElseThrow(), "version"));
    return on;
  }

  private static String firstLine(Path program, String argument) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), argument).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
