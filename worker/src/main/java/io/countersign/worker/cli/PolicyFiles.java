package io.countersign.worker.cli;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Vault policies as files: what a platform team keeps in its repository. */
final class PolicyFiles {
  private static final int LIMIT = 256 * 1024;

  private PolicyFiles() {}

  /**
   * The bodies of these policies, by name; each is {@code NAME.hcl} or {@code NAME.json}, and one
   * that is neither is SOURCE_UNAVAILABLE.
   */
  static SortedMap<String, String> read(Path directory, List<String> names) {
    SortedMap<String, String> bodies = new TreeMap<>();
    for (String name : names) {
      Path hcl = directory.resolve(name + ".hcl");
      Path file = Files.isRegularFile(hcl) ? hcl : directory.resolve(name + ".json");
      if (!Files.isRegularFile(file)) {
        throw new GateException(
            FailureType.SOURCE_UNAVAILABLE,
            "--policies: " + directory + " has neither " + name + ".hcl nor " + name + ".json");
      }
      bodies.put(name, body(file));
    }
    return bodies;
  }

  private static String body(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw new GateException(
            FailureType.OVERSIZED, file + ": found more than " + LIMIT + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new GateException(FailureType.SOURCE_UNAVAILABLE, file + " cannot be read", e);
    }
  }
}
