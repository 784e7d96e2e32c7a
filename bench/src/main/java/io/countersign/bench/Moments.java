package io.countersign.bench;

import com.google.protobuf.Timestamp;
import io.temporal.api.history.v1.HistoryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Lengths of time by the server's own stamps in a history, so that watching costs nothing and
 * nobody's polling is measured.
 */
final class Moments {
  private Moments() {}

  /**
   * From the arrival of a signal to the end of the workflow task that follows the completion of an
   * activity.
   *
   * @param signal counted from 1
   * @param activity the activity's type
   */
  static Duration between(List<HistoryEvent> history, int signal, String activity) {
    int signals = 0;
    Instant from = null;
    Set<Long> scheduled = new HashSet<>();
    boolean completed = false;
    for (HistoryEvent event : history) {
      if (event.hasWorkflowExecutionSignaledEventAttributes() && ++signals == signal) {
        from = at(event.getEventTime());
      } else if (event.hasActivityTaskScheduledEventAttributes()
          && event
              .getActivityTaskScheduledEventAttributes()
              .getActivityType()
              .getName()
              .equals(activity)) {
        scheduled.add(event.getEventId());
      } else if (event.hasActivityTaskCompletedEventAttributes()) {
        completed |=
            scheduled.contains(
                event.getActivityTaskCompletedEventAttributes().getScheduledEventId());
      } else if (event.hasWorkflowTaskCompletedEventAttributes() && completed && from != null) {
        return Duration.between(from, at(event.getEventTime()));
      }
    }
    throw new IllegalStateException("no " + activity + " after signal " + signal);
  }

  /**
   * One check.
   *
   * @param time from the moment that a worker took it to its answer
   */
  record Spent(String activity, Instant scheduled, Instant completed, Duration time) {}

  /** Every activity that is named as a check is, in the order in which they answered. */
  static List<Spent> checks(List<HistoryEvent> history) {
    Map<Long, HistoryEvent> scheduled = new HashMap<>();
    Map<Long, Instant> started = new HashMap<>();
    List<Spent> spent = new ArrayList<>();
    for (HistoryEvent event : history) {
      if (event.hasActivityTaskScheduledEventAttributes()) {
        scheduled.put(event.getEventId(), event);
      } else if (event.hasActivityTaskStartedEventAttributes()) {
        started.put(
            event.getActivityTaskStartedEventAttributes().getScheduledEventId(),
            at(event.getEventTime()));
      } else if (event.hasActivityTaskCompletedEventAttributes()) {
        long id = event.getActivityTaskCompletedEventAttributes().getScheduledEventId();
        HistoryEvent begun = Objects.requireNonNull(scheduled.get(id));
        String activity =
            begun.getActivityTaskScheduledEventAttributes().getActivityType().getName();
        if (activity.indexOf('.') > 0) {
          Instant end = at(event.getEventTime());
          Instant from = Objects.requireNonNull(started.get(id));
          spent.add(
              new Spent(activity, at(begun.getEventTime()), end, Duration.between(from, end)));
        }
      }
    }
    return spent;
  }

  /** From the first that is scheduled to the last that answers. */
  static Duration whole(List<Spent> checks) {
    Instant from = checks.stream().map(Spent::scheduled).min(Instant::compareTo).orElseThrow();
    Instant to = checks.stream().map(Spent::completed).max(Instant::compareTo).orElseThrow();
    return Duration.between(from, to);
  }

  private static Instant at(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
