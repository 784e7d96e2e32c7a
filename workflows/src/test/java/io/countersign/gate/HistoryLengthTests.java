package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.policy.GateFunction;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowStub;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A gate's history is hardly longer than that of a workflow that does nothing but the same work.
 */
class HistoryLengthTests {
  private static final double LIMIT = 1.25;
  private static final List<EventType> SETTLING =
      List.of(
          EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
          EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
          EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED);

  /** How many workflow tasks a run takes is partly chance, so the best of three counts. */
  @Test
  void isAtMostAQuarterLongerThanABareWorkflows() {
    double best = Double.MAX_VALUE;
    for (int run = 0; run < 3 && best > LIMIT; run++) {
      List<HistoryEvent> gate = gate();
      List<HistoryEvent> bare = bare();
      best = Math.min(best, (double) gate.size() / bare.size());
      System.out.printf(
          "%d events to LIVE, bare %d: %.2f times%n  %s%n  %s%n",
          gate.size(), bare.size(), best, kinds(gate), kinds(bare));
    }
    assertThat(best).isLessThanOrEqualTo(LIMIT);
  }

  /** Without queries, which make the test server schedule more workflow tasks. */
  private static List<HistoryEvent> gate() {
    try (Stage stage = new Stage(600)) {
      WorkflowStub gate = stage.submit(ONE);
      for (int sent = 0; sent < 3; sent++) {
        settled(stage, 8 + sent);
        gate.signal("signOff", Letters.approve(GateFunction.values()[sent]));
      }
      settled(stage, 12);
      assertThat(stage.world.asked(AssessRequest.class)).hasSize(3);
      return stage.history(ONE).getEvents();
    }
  }

  private static List<HistoryEvent> bare() {
    try (Stage stage = new Stage(600, BareWorkflow.Impl.class)) {
      WorkflowStub bare = stage.submit(ONE);
      for (int sent = 0; sent < 3; sent++) {
        settled(stage, 8 + sent);
        bare.signal("signOff");
      }
      settled(stage, 12);
      return stage.history(ONE).getEvents();
    }
  }

  /** Waits until so many activities have completed and the workflow has dealt with them. */
  private static void settled(Stage stage, int activities) {
    List<HistoryEvent> events = List.of();
    while (events.stream()
                .filter(e -> e.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED)
                .count()
            < activities
        || SETTLING.contains(events.get(events.size() - 1).getEventType())) {
      events = stage.history(ONE).getEvents();
    }
  }

  private static Map<String, Long> kinds(List<HistoryEvent> events) {
    return events.stream()
        .collect(
            Collectors.groupingBy(
                e -> e.getEventType().name().substring("EVENT_TYPE_".length()),
                TreeMap::new,
                Collectors.counting()));
  }
}
