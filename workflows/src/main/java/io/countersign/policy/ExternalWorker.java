package io.countersign.policy;

import io.countersign.release.Span;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who answers a check that the gate's own workers do not run: whoever takes tasks from this queue
 * and signs with one of these keys. Refused: no key, a key twice, the gate's own queue, more time
 * than {@link #LONGEST_START}, {@link #LONGEST_TIMEOUT} or {@link #MOST_ATTEMPTS} allow, and a
 * heartbeat longer than the time of an attempt.
 *
 * @param keys public keys as their owners write them: PEM or one OpenSSH line
 * @param startWithin how long an attempt waits for somebody to take it; 5 minutes unless given
 * @param timeout how long one attempt may take; 10 minutes unless given
 * @param heartbeat longest silence of an attempt; null where it need not say anything
 * @param attempts 1 to 10; 3 unless given
 */
public record ExternalWorker(
    String taskQueue,
    List<String> keys,
    @Nullable Span startWithin,
    @Nullable Span timeout,
    @Nullable Span heartbeat,
    @Nullable Integer attempts) {
  public static final Duration LONGEST_START = Duration.ofHours(24);
  public static final Duration LONGEST_TIMEOUT = Duration.ofHours(12);
  public static final int MOST_ATTEMPTS = 10;

  /** The task queue of the gate itself; a check on it would be one of the gate's. */
  private static final String OWN_QUEUE = "countersign";

  private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final int MOST_KEYS = 16;

  public ExternalWorker {
    keys = keys == null ? List.of() : List.copyOf(keys);
    startWithin = startWithin == null ? Span.parse("5m") : startWithin;
    timeout = timeout == null ? Span.parse("10m") : timeout;
    attempts = attempts == null ? 3 : attempts;
    if (taskQueue == null || !QUEUE.matcher(taskQueue).matches() || taskQueue.equals(OWN_QUEUE)) {
      throw new IllegalArgumentException(
          "worker: taskQueue: allowed are 1 to 128 of A-Z a-z 0-9 . _ -, not " + OWN_QUEUE);
    }
    if (keys.isEmpty()
        || keys.size() > MOST_KEYS
        || keys.stream().anyMatch(String::isBlank)
        || keys.stream().distinct().count() != keys.size()) {
      throw new IllegalArgumentException(
          "worker: keys: allowed are 1 to " + MOST_KEYS + ", each once");
    }
    if (startWithin.duration().compareTo(LONGEST_START) > 0
        || timeout.duration().compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "worker: allowed are startWithin of at most 24h and timeout of at most 12h");
    }
    if (heartbeat != null && heartbeat.compareTo(timeout) > 0) {
      throw new IllegalArgumentException("worker: heartbeat: allowed is at most the timeout");
    }
    if (attempts < 1 || attempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException("worker: attempts: allowed are 1 to " + MOST_ATTEMPTS);
    }
  }
}
