package io.countersign.activities.adapter.files;

import io.countersign.activities.port.GuardRails;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.GuardRail;
import io.countersign.release.Digest;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The organisation's guard rails as files beside the gate policy, of exactly the bytes whose
 * digests it has.
 *
 * @param directory where the policy's relative paths start
 */
public record GuardRailFiles(Path directory) implements GuardRails {
  private static final int LIMIT = 64 * 1024;

  @Override
  public Map<String, byte[]> under(GatePolicy policy) {
    Map<String, byte[]> files = new TreeMap<>();
    for (GuardRail rail : policy.guardRails()) {
      Path file = directory.resolve(rail.file());
      byte[] bytes = BoundedFile.read(file, LIMIT, FailureType.INVALID_GATE_POLICY);
      if (!Digest.of(bytes).equals(rail.digest())) {
        throw new GateException(
            FailureType.INVALID_GATE_POLICY,
            "%s: found %s; guardRails allows %s".formatted(file, Digest.of(bytes), rail.digest()));
      }
      files.put(rail.file(), bytes);
    }
    return files;
  }
}
