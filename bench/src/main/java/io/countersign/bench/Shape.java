package io.countersign.bench;

import io.temporal.api.common.v1.Payloads;
import io.temporal.api.history.v1.HistoryEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What one gate's history up to LIVE says of its size; a bare workflow is cut to it.
 *
 * @param inputBytes of the workflow's input
 * @param viewBytes of the answer to its query
 * @param activities by type, in the order in which they were scheduled
 */
record Shape(int inputBytes, int viewBytes, List<BareRelease.Piece> activities) {

  static Shape of(List<HistoryEvent> history, int viewBytes) {
    int input = 0;
    List<BareRelease.Piece> pieces = new ArrayList<>();
    Map<Long, Integer> scheduled = new HashMap<>();
    for (HistoryEvent event : history) {
      if (event.hasWorkflowExecutionStartedEventAttributes()) {
        input = bytes(event.getWorkflowExecutionStartedEventAttributes().getInput());
      } else if (event.hasActivityTaskScheduledEventAttributes()) {
        var attributes = event.getActivityTaskScheduledEventAttributes();
        scheduled.put(event.getEventId(), pieces.size());
        pieces.add(
            new BareRelease.Piece(
                attributes.getActivityType().getName(), bytes(attributes.getInput()), 0));
      } else if (event.hasActivityTaskCompletedEventAttributes()) {
        var attributes = event.getActivityTaskCompletedEventAttributes();
        int place = Objects.requireNonNull(scheduled.get(attributes.getScheduledEventId()));
        BareRelease.Piece piece = pieces.get(place);
        pieces.set(
            place,
            new BareRelease.Piece(piece.type(), piece.input(), bytes(attributes.getResult())));
      }
    }
    return new Shape(input, viewBytes, List.copyOf(pieces));
  }

  private static int bytes(Payloads payloads) {
    return payloads.getPayloadsList().stream().mapToInt(p -> p.getData().size()).sum();
  }
}
