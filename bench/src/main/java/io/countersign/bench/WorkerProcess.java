package io.countersign.bench;

import io.countersign.worker.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code countersign serve} in a process of its own, with a bounded heap. */
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

  static WorkerProcess start(Path settings, Path log, int heapMebibytes) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            jdk("java"),
            "-Xmx" + heapMebibytes + "m",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve");
    builder.environment().put("COUNTERSIGN_CONFIG", settings.toString());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    WorkerProcess worker = new WorkerProcess(builder.start(), log);
    Waiting.until("the worker serves", worker::serving);
    return worker;
  }

  private boolean serving() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the worker has ended; see " + log);
    }
    try {
      return Files.readString(log).contains(SERVING);
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
