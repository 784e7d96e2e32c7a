package io.countersign.activities.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The server that a killed process left running in a data directory. {@code postmaster.pid} names
 * it (line 1 the process id, line 2 the directory). Called only under the directory's lock, so
 * nobody alive is using it.
 */
final class LeftoverPostmaster {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private LeftoverPostmaster() {}

  /**
   * Stops it if there is one. A living process that may be a server but not surely this one is an
   * error.
   */
  static void stop(Path data) throws IOException {
    Path file = data.resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return;
    }
    List<String> lines = Files.readAllLines(file);
    Optional<ProcessHandle> process =
        lines.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(lines.get(0).strip()));
    if (process.isEmpty()) {
      // The next server recognises a file of the dead by itself.
      return;
    }
    ProcessHandle.Info info = process.get().info();
    boolean other =
        info.command()
            .map(path -> !Path.of(path).getFileName().toString().startsWith("postgres"))
            .orElse(false);
    if (other) {
      // The number was given to another program meanwhile; the file would keep the server from
      // starting.
      Files.deleteIfExists(file);
    } else if (serves(info, data)) {
      end(process.get());
    } else {
      throw new IOException(
          "process " + process.get().pid() + " may be a server of this directory");
    }
  }

  private static boolean serves(ProcessHandle.Info info, Path data) {
    String directory = data.toAbsolutePath().toString();
    return info.arguments().map(all -> List.of(all).contains(directory)).orElse(false);
  }

  private static void end(ProcessHandle process) throws IOException {
    process.destroy();
    if (!gone(process)) {
      // Its data survives this too: the next start recovers from the log.
      process.destroyForcibly();
      if (!gone(process)) {
        throw new IOException("the server " + process.pid() + " does not end");
      }
    }
  }

  private static boolean gone(ProcessHandle process) throws IOException {
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException("the server " + process.pid() + " cannot be watched", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a server ended", e);
    }
  }
}
