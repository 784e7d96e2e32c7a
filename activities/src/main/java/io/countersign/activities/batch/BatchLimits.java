package io.countersign.activities.batch;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a node keeps what it decided.
 *
 * @param node the node's name: 1 to 40 of {@code a-z 0-9 . -}
 * @param directory of the node alone, kept over restarts
 * @param interval of a batch, 1 s to 24 h
 * @param lineBytes bytes of a file of raw lines; 0 keeps none
 * @param lineFiles files of raw lines, 1 or more
 * @param waiting batches that wait for the store, 1 or more; beyond that intervals grow longer
 */
public record BatchLimits(
    String node, Path directory, Duration interval, long lineBytes, int lineFiles, int waiting) {
  public BatchLimits {
    if (!BatchStatement.NODE.matcher(node).matches() || node.length() > 40) {
      throw new IllegalArgumentException("node: allowed are 1 to 40 of a-z 0-9 . -");
    }
    if (interval.compareTo(Duration.ofSeconds(1)) < 0
        || interval.compareTo(Duration.ofHours(24)) > 0) {
      throw new IllegalArgumentException("interval: allowed is 1 s to 24 h");
    }
    if (lineBytes < 0 || lineFiles < 1 || waiting < 1) {
      throw new IllegalArgumentException("lines and waiting batches: allowed are 1 or more");
    }
  }

  /** The usual: batches of an hour, 48 files of 64 MiB, 1,000 batches that wait. */
  public static BatchLimits usual(String node, Path directory) {
    return new BatchLimits(node, directory, Duration.ofHours(1), 64L << 20, 48, 1_000);
  }
}
