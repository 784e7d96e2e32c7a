package io.countersign.worker.config;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this Countersign lies. */
public final class Installation {
  private Installation() {}

  /** The example's directory: below the launcher's home, or above the working directory. */
  public static Path example() {
    String home = System.getProperty("countersign.home");
    Path from = home == null ? Path.of("") : Path.of(home);
    for (Path up = from.toAbsolutePath().normalize(); up != null; up = up.getParent()) {
      Path example = up.resolve("examples/fraud-scorer");
      if (Files.isDirectory(example)) {
        return example;
      }
    }
    throw new IllegalStateException("examples/fraud-scorer is not part of this installation");
  }
}
