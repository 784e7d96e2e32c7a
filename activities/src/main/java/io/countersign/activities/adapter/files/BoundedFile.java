package io.countersign.activities.adapter.files;

import io.countersign.failure.FailureType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads a small file: never more than its limit and one byte, whatever its size. */
final class BoundedFile {
  private BoundedFile() {}

  static byte[] read(Path file, int limit, FailureType type) {
    Problems problems = new Problems(file.toString(), type);
    if (!Files.isRegularFile(file)) {
      throw problems.fatal(
          Place.TOP,
          List.of(),
          Files.exists(file) ? "something that is not a file" : "no file",
          "a readable file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw problems.fatal(Place.TOP, List.of(), tooMuch(limit), atMost(limit));
      }
      return bytes;
    } catch (IOException e) {
      throw problems.fatal(Place.TOP, List.of(), "a file that cannot be read", "a readable file");
    }
  }

  static String tooMuch(int limit) {
    return "more than " + limit + " bytes";
  }

  static String atMost(int limit) {
    return "at most " + limit / 1024 + " KiB";
  }
}
