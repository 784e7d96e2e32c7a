package io.countersign.gate;

import static java.time.temporal.ChronoUnit.MILLIS;

import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One durable timer for one due time. It is set again only when the due time changes, so that
 * waiting for messages costs no history.
 */
final class Alarm {
  private @Nullable Instant due;
  private boolean rang;
  private @Nullable CancellationScope timer;

  /** Makes the alarm ring at this time; the same time again changes nothing. */
  void at(Instant when, String summary) {
    boolean early = rang && !Times.passed(when);
    if (when.equals(due) && !early) {
      return;
    }
    off();
    due = when;
    if (Times.passed(when)) {
      rang = true;
      return;
    }
    // The workflow's clock counts whole milliseconds; a shorter rest would ring before its time.
    Duration left = Duration.between(Times.now(), when).plusNanos(999_999).truncatedTo(MILLIS);
    CancellationScope scope =
        Workflow.newCancellationScope(
            () ->
                Workflow.newTimer(left, TimerOptions.newBuilder().setSummary(summary).build())
                    .thenApply(
                        done -> {
                          if (when.equals(due)) {
                            rang = true;
                          }
                          return done;
                        }));
    timer = scope;
    scope.run();
  }

  boolean rang() {
    return rang;
  }

  /** Forgets the due time. */
  void off() {
    if (timer != null && !rang) {
      timer.cancel();
    }
    timer = null;
    due = null;
    rang = false;
  }
}
