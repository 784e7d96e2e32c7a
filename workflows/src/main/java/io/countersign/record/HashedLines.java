package io.countersign.record;

import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;

/** SHA-256 over lines, each ended by one line feed. */
final class HashedLines {
  private HashedLines() {}

  static Digest of(String... lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      if (line.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("hash: a line feed inside a field");
      }
      text.append(line).append('\n');
    }
    return Digest.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
