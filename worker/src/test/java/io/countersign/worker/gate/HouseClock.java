package io.countersign.worker.gate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The clock on the wall, which a test can put forward. */
final class HouseClock extends Clock {
  private volatile Duration ahead = Duration.ZERO;

  void pass(Duration span) {
    ahead = ahead.plus(span);
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
