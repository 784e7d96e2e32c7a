package io.countersign.activities.live;

import java.time.Duration;

/**
 * How fresh decisions are.
 *
 * @param staleness the age of a reading beyond which everything is denied, 1 s to 1 h
 * @param poll the pause between readings that no hint asks for, 50 ms to half of {@code staleness}
 */
public record LiveLimits(Duration staleness, Duration poll) {
  public LiveLimits {
    if (staleness.compareTo(Duration.ofSeconds(1)) < 0
        || staleness.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("staleness: allowed is 1 s to 1 h");
    }
    if (poll.compareTo(Duration.ofMillis(50)) < 0 || poll.compareTo(staleness.dividedBy(2)) > 0) {
      throw new IllegalArgumentException("poll: allowed is 50 ms to half of staleness");
    }
  }

  /** The usual: 10 s, and a poll of half a second, so that a lost hint costs no more than that. */
  public static LiveLimits usual() {
    return new LiveLimits(Duration.ofSeconds(10), Duration.ofMillis(500));
  }
}
