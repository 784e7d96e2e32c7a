package io.countersign.worker.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line as an auditor has it: a process of its own for each command, in a directory of
 * its own, without any setting. What it knows is in its arguments and in the files there.
 */
final class AuditorsMachine {
  private static final String MAIN = "io.countersign.worker.cli.Main";

  private final Path directory;

  AuditorsMachine(Path directory) {
    try {
      this.directory = Files.createDirectories(directory).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a command answered.
   *
   * @param said standard output, then standard error
   */
  record Answer(int exit, String said) {}

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Runs {@code countersign} with these arguments. */
  Answer run(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                MAIN));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("COUNTERSIGN_"));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Answer(process.waitFor(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
