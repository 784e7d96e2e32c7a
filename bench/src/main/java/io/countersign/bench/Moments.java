package io.countersign.bench;

import com.google.protobuf.Timestamp;
import io.temporal.api.history.v1.HistoryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
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

  private static Instant at(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
