package io.countersign.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When people are reminded of an end that somebody could do something about. */
final class Countdown {
  private static final List<Duration> BEFORE =
      List.of(Duration.ofDays(3), Duration.ofDays(1), Duration.ofHours(1));

  private Countdown() {}

  /**
   * The next reminder, or null after the last.
   *
   * @param from what came before it needs no reminder
   * @param sent reminders that were sent
   */
  static @Nullable Instant next(Instant end, Instant from, int sent) {
    List<Instant> times = BEFORE.stream().map(end::minus).filter(from::isBefore).toList();
    return sent < times.size() ? times.get(sent) : null;
  }
}
