package io.countersign.gate;

import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The workflow's own time, the same on every replay. */
final class Times {
  private Times() {}

  static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }

  static boolean passed(@Nullable Instant due) {
    return due != null && !now().isBefore(due);
  }

  /** The earliest of those that are set. */
  static Optional<Instant> earliest(@Nullable Instant... times) {
    Instant first = null;
    for (Instant time : times) {
      if (time != null && (first == null || time.isBefore(first))) {
        first = time;
      }
    }
    return Optional.ofNullable(first);
  }
}
