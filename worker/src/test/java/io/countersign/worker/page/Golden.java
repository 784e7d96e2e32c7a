package io.countersign.worker.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that hold what a page must be. {@code -Dcountersign.golden=write} writes them anew, for
 * whoever then reads the difference.
 */
final class Golden {
  private Golden() {}

  static void requireSame(Path file, String text) {
    try {
      if ("write".equals(System.getProperty("countersign.golden"))) {
        Files.writeString(file, text);
      }
      assertThat(text).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
