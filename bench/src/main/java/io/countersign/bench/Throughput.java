package io.countersign.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.countersign.activity.GateJson;
import io.countersign.activity.Submission;
import io.countersign.gate.GateView;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.serve.Serving;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Releases per second from submission to LIVE, and history events per release: the gate, a bare
 * workflow, and a bare workflow around the same activities. Rounds take turns, so that what else
 * the machine does meets all of them.
 */
final class Throughput {
  private static final String SECTION = "throughput";
  private static final double LEAST_SHARE = 0.8;
  private static final double MOST_EVENTS = 1.25;

  private final int releases;
  private final int atATime;
  private final int rounds;

  Throughput(int releases, int atATime, int rounds) {
    this.releases = releases;
    this.atATime = atATime;
    this.rounds = rounds;
  }

  void measure(Path directory, Report report) throws IOException {
    report.title(
        "Throughput: %d rounds, each of %d releases of %d systems, %d at a time"
            .formatted(rounds, releases, releases, atATime));
    try (House house = House.open(directory, releases);
        RecordWatch record = new RecordWatch(house.engines.postgres());
        Serving worker = Serving.start(house.settings);
        Riders riders = new Riders(house, atATime)) {
      GateCourse gate = new GateCourse(house, record);
      List<Submission> first = submissions(house, "warm-up");
      riders.ride(gate, first);
      List<Double> gateEvents = new ArrayList<>();
      Shape shape = shape(house, first.get(0).release());
      gate.clear(new LinkedHashSet<>(first));
      try (BareCourse bare = new BareCourse(house, shape);
          WorkCourse work = new WorkCourse(house, record)) {
        List<Double> bareEvents = new ArrayList<>();
        Map<Course, List<Double>> rates = new LinkedHashMap<>();
        Map<Course, List<Double>> costs = new LinkedHashMap<>();
        for (Course course : List.of(bare, work)) {
          List<Submission> warm = submissions(house, "warm-" + course.name().length());
          riders.ride(course, warm);
          course.clear(new LinkedHashSet<>(warm));
        }
        for (int round = 1; round <= rounds; round++) {
          for (Course course : List.of(gate, bare, work)) {
            List<Submission> submissions =
                submissions(
                    house, course.name().charAt(0) + "" + course.name().length() + "-" + round);
            Duration before = Cpu.used();
            Duration took = riders.ride(course, submissions);
            System.err.printf("round %d, %s: %d ms%n", round, course.name(), took.toMillis());
            costs
                .computeIfAbsent(course, c -> new ArrayList<>())
                .add((double) Cpu.used().minus(before).toMillis() / releases);
            rates
                .computeIfAbsent(course, c -> new ArrayList<>())
                .add(releases * 1000.0 / took.toMillis());
            if (course == gate) {
              gateEvents.addAll(events(house, submissions, ""));
            } else if (course == bare) {
              bareEvents.addAll(events(house, submissions, "bare/"));
            }
            course.clear(new LinkedHashSet<>(submissions));
          }
        }
        print(report, gate, bare, work, rates, costs);
        printEvents(report, new Sample(gateEvents), new Sample(bareEvents));
      }
    }
  }

  private static void print(
      Report report,
      Course gate,
      Course bare,
      Course work,
      Map<Course, List<Double>> rates,
      Map<Course, List<Double>> costs) {
    rates.forEach(
        (course, values) ->
            report.line(SECTION, course.name(), "releases/s", new Sample(values), 1));
    costs.forEach(
        (course, values) ->
            report.line(
                SECTION,
                course.name() + ", processor time",
                "ms a release, all processes",
                new Sample(values),
                0));
    for (Course other : List.of(bare, work)) {
      String what = "gate / " + other.name();
      Sample ratio = sample(rates, gate).over(sample(rates, other));
      report.line(SECTION, what + ", round by round", "", ratio, 2);
      report.line(
          SECTION,
          what + ", by processor time",
          "",
          sample(costs, other).over(sample(costs, gate)),
          2);
      report.against(SECTION, what, ratio.median(), "at least", LEAST_SHARE);
    }
  }

  private static void printEvents(Report report, Sample gate, Sample bare) {
    report.line(SECTION, "events, gate", "", gate, 0);
    report.line(SECTION, "events, bare", "", bare, 0);
    report.against(
        SECTION, "events, gate / bare", gate.median() / bare.median(), "at most", MOST_EVENTS);
  }

  private static Sample sample(Map<Course, List<Double>> rates, Course course) {
    return new Sample(Objects.requireNonNull(rates.get(course)));
  }

  private static List<Submission> submissions(House house, String version) {
    return house.fleet.systems().stream()
        .map(system -> house.voices.submission(house.fleet.manifest(system, version)))
        .toList();
  }

  private static Shape shape(House house, ReleaseId release) throws JsonProcessingException {
    Waiting.until("it is live", () -> house.gateway.view(release).state() == GateState.LIVE);
    GateView view = house.gateway.view(release);
    return Shape.of(
        house.client.fetchHistory(release.workflowId()).getEvents(),
        GateJson.mapper().writeValueAsBytes(view).length);
  }

  /** Events of each history once its last workflow task is done. */
  private static List<Double> events(House house, List<Submission> submissions, String bare) {
    List<Double> counts = new ArrayList<>();
    for (Submission submission : submissions) {
      String id = bare.isEmpty() ? submission.release().workflowId() : bare + submission.release();
      List<HistoryEvent> events = house.client.fetchHistory(id).getEvents();
      while (unsettled(events)) {
        events = house.client.fetchHistory(id).getEvents();
      }
      counts.add((double) events.size());
    }
    return counts;
  }

  private static boolean unsettled(List<HistoryEvent> events) {
    EventType last = events.get(events.size() - 1).getEventType();
    return last == EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
        || last == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
        || last == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED;
  }
}
