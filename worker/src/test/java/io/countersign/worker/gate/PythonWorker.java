package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.engine.EngineBinaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A worker in Python, in a process of its own, with the packages that {@code engines/tools} brings.
 */
final class PythonWorker implements AutoCloseable {
  private final Process process;
  private final Path log;

  private PythonWorker(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** The directory of the example's worker. */
  static Path example() {
    return Gatehouse.exampleDirectory().resolveSibling("python-check").toAbsolutePath();
  }

  /** Skips the test without the packages, unless they are required. */
  static Path python() {
    String cache = System.getenv().getOrDefault("COUNTERSIGN_CACHE", "");
    Path home = example().getParent().getParent();
    Path python =
        (cache.isEmpty() ? home.resolve(".cache") : Path.of(cache))
            .resolve("tools/temporalio/venv/bin/python");
    boolean required = EngineBinaries.ofThisProcess().required();
    Assumptions.assumeTrue(
        required || Files.isExecutable(python), "no temporalio: run engines/tools temporalio");
    assertThat(python).as("engines/tools brings it").isExecutable();
    return python;
  }

  /** Starts a worker and waits until it says that it answers. */
  static PythonWorker start(
      String address, Path script, Path root, Path key, String queue, Path log) {
    PythonWorker worker =
        new PythonWorker(
            process(
                address,
                log,
                List.of(
                    script.toString(),
                    "--root=" + root,
                    "--key=" + key,
                    "--task-queue=" + queue,
                    "--name=python-1")),
            log);
    try {
      Gatehouse.await(
          () -> worker.said(), said -> said.contains("answering") || !worker.process.isAlive());
      assertThat(worker.process.isAlive()).as(worker.said()).isTrue();
      return worker;
    } catch (RuntimeException | AssertionError e) {
      worker.close();
      throw e;
    }
  }

  static Process process(String address, Path log, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(python().toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(example().toFile());
    builder.environment().put("PYTHONPATH", example().toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().put("TEMPORAL_ADDRESS", address);
    builder.environment().put("TEMPORAL_NAMESPACE", "default");
    try {
      return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that it has written so far. */
  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
