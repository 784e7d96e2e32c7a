package io.countersign.activities.adapter.kingfisher;

import io.countersign.activities.port.Progress;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The program, with nothing of this process but its arguments. */
final class KingfisherProcess {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** 0 when nothing was found, 200 when something was. */
  private static final Set<Integer> DONE = Set.of(0, 200);

  private final Path program;
  private final Path cache;
  private final Path directory;

  KingfisherProcess(Path program, Path cache, Path directory) {
    this.program = program;
    this.cache = cache;
    this.directory = directory;
  }

  void scan(Path texts, Path report, Progress progress) {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    program.toAbsolutePath().toString(),
                    "scan",
                    // Asks nobody: neither whether a secret works nor for a newer version.
                    "--no-validate",
                    "--no-update-check",
                    "--git-history=none",
                    // A text cannot excuse itself.
                    "--no-ignore",
                    "--no-extract-archives",
                    "--no-dedup",
                    "--redact",
                    "--confidence=medium",
                    "--quiet",
                    "--rule-cache-dir=" + cache.toAbsolutePath(),
                    "--format=json",
                    "--output=" + report,
                    "--",
                    texts.toString()))
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    String nowhere = "http://127.0.0.1:9";
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME", directory.toString(),
                "TMPDIR", directory.toString(),
                "HTTP_PROXY", nowhere,
                "HTTPS_PROXY", nowhere,
                "ALL_PROXY", nowhere));
    Process process = start(builder);
    try {
      await(process, progress);
    } finally {
      process.destroyForcibly();
    }
    if (!DONE.contains(process.exitValue())) {
      throw KingfisherScanner.broken("the secret scanner ended with " + process.exitValue());
    }
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new GateException(FailureType.CHECK_BROKEN, "the secret scanner cannot be started", e);
    }
  }

  private static void await(Process process, Progress progress) {
    try {
      for (long second = 0; second < LIMIT.toSeconds(); second++) {
        if (process.waitFor(1, TimeUnit.SECONDS)) {
          return;
        }
        progress.at("secret scanner", second);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KingfisherScanner.broken("the secret scanner was interrupted");
    }
    throw KingfisherScanner.broken(
        "the secret scanner did not end within " + LIMIT.toMinutes() + " minutes");
  }
}
