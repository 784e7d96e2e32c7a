package io.countersign.worker.api;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Nonces of requests that may still be good, in this process. Full means refused: nothing is
 * forgotten before it has expired.
 */
final class Nonces {
  private final int most;
  private final Map<String, Instant> used = new HashMap<>();
  private Instant swept = Instant.MIN;

  Nonces(int most) {
    this.most = most;
  }

  /** Uses a nonce up; REPLAYED when it was, NOT_NOW when there are too many. */
  synchronized void use(String person, String nonce, Instant expiresAt, Instant now) {
    if (used.size() >= most && swept.isBefore(now)) {
      used.values().removeIf(end -> !end.isAfter(now));
      swept = now;
    }
    if (used.size() >= most) {
      throw new GateException(FailureType.NOT_NOW, "too many requests; try again in five minutes");
    }
    String key = nonce + " " + person;
    Instant before = used.putIfAbsent(key, expiresAt);
    if (Objects.nonNull(before)) {
      throw new GateException(FailureType.REPLAYED, "this signed request was used before");
    }
  }
}
