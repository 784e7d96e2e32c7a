package io.countersign.activities.adapter.kingfisher;

import io.countersign.activities.port.SecretScanner;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@code kingfisher scan} (github.com/mongodb/kingfisher) over copies of the texts. See ADR
 * 0032 for why this one, and for what is switched off in it.
 */
public final class KingfisherScanner implements SecretScanner {
  private final Optional<Path> program;
  private final Path cache;
  private @Nullable Path rules;

  /**
   * @param program empty when there is none on this machine: then no scan succeeds
   * @param cache for the rules in the form that the program compiles them to
   */
  public KingfisherScanner(Optional<Path> program, Path cache) {
    this.program = program;
    this.cache = cache;
  }

  @Override
  public Scan begin() {
    Path scanner =
        program.orElseThrow(
            () ->
                broken(
                    "there is no secret scanner on this machine: install kingfisher or name it in"
                        + " countersign.secret-scanner"));
    try {
      Path directory = Files.createTempDirectory("countersign-scan");
      return new KingfisherScan(scanner, rules(), directory);
    } catch (IOException e) {
      throw new GateException(
          FailureType.CHECK_BROKEN, "the secret scanner has no directory to work in", e);
    }
  }

  /** Without a place to keep them, the rules are compiled once for this process. */
  private synchronized Path rules() throws IOException {
    Path used = rules;
    if (used == null) {
      used = kept();
      rules = used;
    }
    return used;
  }

  private Path kept() throws IOException {
    try {
      return Files.createDirectories(cache);
    } catch (IOException e) {
      Path own = Files.createTempDirectory("countersign-rules");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(own), "remove-rules"));
      return own;
    }
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      // It is a temporary directory, and holds the scanner's rules alone.
    }
  }

  static GateException broken(String what) {
    return new GateException(FailureType.CHECK_BROKEN, what);
  }
}
