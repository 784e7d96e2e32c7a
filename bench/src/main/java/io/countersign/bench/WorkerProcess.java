package io.countersign.bench;

import io.countersign.worker.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the product, or a server to compare it with, in a process of its own. */
final class WorkerProcess implements AutoCloseable {
  private static final long STOP_SECONDS = 30;

  /** What {@code serve} says once it polls. */
  private static final String SERVING = "Serving the task queue";

  private final Process process;
  private final Path log;

  private WorkerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** {@code countersign serve}. */
  static WorkerProcess start(Path settings, Path log, int heapMebibytes) throws IOException {
    return start(settings, log, heapMebibytes, SERVING, Main.class, "serve");
  }

  /** {@code countersign decide}. */
  static WorkerProcess decide(Path settings, Path log, int heapMebibytes) throws IOException {
    return start(settings, log, heapMebibytes, "Deciding at", Main.class, "decide");
  }

  /**
   * Any main class.
   *
   * @param ready what it says once it may be asked
   */
  static WorkerProcess start(
      Path settings, Path log, int heapMebibytes, String ready, Class<?> main, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                jdk("java"),
                "-Xmx" + heapMebibytes + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("COUNTERSIGN_CONFIG", settings.toString());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    WorkerProcess started = new WorkerProcess(builder.start(), log);
    Waiting.until("it says: " + ready, () -> started.says(ready));
    return started;
  }

  private boolean says(String what) {
    if (!process.isAlive()) {
      throw new IllegalStateException("the process has ended; see " + log);
    }
    try {
      return Files.readString(log).contains(what);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Processor time since it began. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Bytes that live objects take; counting them collects all garbage first. */
  long liveHeap() throws IOException {
    Process jcmd =
        new ProcessBuilder(jdk("jcmd"), Long.toString(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    List<String> lines =
        new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    // Total  instances  bytes
    return lines.stream()
        .filter(line -> line.startsWith("Total"))
        .map(line -> line.trim().split("\\s+", -1)[2])
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static String jdk(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }
}
