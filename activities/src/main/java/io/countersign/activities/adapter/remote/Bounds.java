package io.countersign.activities.adapter.remote;

import io.countersign.policy.GatePolicy;
import java.time.Duration;
import java.util.Objects;

/**
 * What one reading may cost.
 *
 * @param maxBytes most bytes of one subject
 * @param maxFiles most files of one subject
 * @param connect longest time until a connection stands
 * @param idle longest time without a byte
 * @param whole longest time for one file
 * @param interruptions after how many a download is given up
 */
public record Bounds(
    long maxBytes,
    int maxFiles,
    Duration connect,
    Duration idle,
    Duration whole,
    int interruptions) {
  public Bounds {
    if (maxBytes < 1 || maxFiles < 1 || interruptions < 1) {
      throw new IllegalArgumentException("bounds: found a limit below 1");
    }
  }

  /** The limits of a gate policy, and times that suit a network. */
  public static Bounds of(GatePolicy.Sources sources) {
    return new Bounds(
        Objects.requireNonNull(sources.maxBytes()),
        Objects.requireNonNull(sources.maxFiles()),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofHours(6),
        10);
  }
}
