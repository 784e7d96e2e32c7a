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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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
  private final int warmUp;
  private final int rounds;

  Throughput(int releases, int atATime, int warmUp, int rounds) {
    this.releases = releases;
    this.atATime = atATime;
    this.warmUp = warmUp;
    this.rounds = rounds;
  }

  void measure(Path directory, Report report) throws IOException {
    report.title(
        "Throughput: %d rounds, each of %d releases of %d systems, %d at a time"
            .formatted(rounds, releases, releases, atATime));
    try (House house = House.open(directory, releases);
        RecordWatch record = new RecordWatch(house);
        Serving worker = Serving.start(house.settings);
        Riders riders = new Riders(house, atATime)) {
      GateCourse gate = new GateCourse(house, record);
      List<Submission> first = submissions(house, "first");
      riders.ride(gate, first);
      Shape shape = shape(house, first.get(0).release());
      gate.clear(Set.copyOf(first));
      try (BareCourse bare = new BareCourse(house, shape);
          WorkCourse work = new WorkCourse(house, record)) {
        List<Course> courses = List.of(gate, bare, work);
        Map<Course, List<Double>> rates = new LinkedHashMap<>();
        Map<Course, List<Double>> costs = new LinkedHashMap<>();
        Map<Course, List<Double>> events = new LinkedHashMap<>();
        // The first rounds warm the compiler up and are not counted.
        for (int round = 1 - warmUp; round <= rounds; round++) {
          for (Course course : courses) {
            String version = "r" + (round + warmUp) + "-" + courses.indexOf(course);
            List<Submission> submissions = submissions(house, version);
            record.awaitSealed();
            Duration before = Cpu.used();
            Duration took = riders.ride(course, submissions);
            double cost = (double) Cpu.used().minus(before).toMillis() / releases;
            System.err.printf(
                "round %d, %s: %d ms, processor %.0f ms a release%n",
                round, course.name(), took.toMillis(), cost);
            if (round > 0) {
              add(rates, course, releases * 1000.0 / took.toMillis());
              add(costs, course, cost);
              submissions.forEach(done -> add(events, course, events(house, course, done)));
            }
            course.clear(Set.copyOf(submissions));
          }
        }
        print(report, gate, bare, work, rates, costs);
        printEvents(report, sample(events, gate), sample(events, bare));
      }
    }
  }

  private static void add(Map<Course, List<Double>> values, Course course, double value) {
    values.computeIfAbsent(course, c -> new ArrayList<>()).add(value);
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

  /** Events of a history once its last workflow task is done. */
  private static double events(House house, Course course, Submission submission) {
    String id = course.workflowId(submission.release());
    List<HistoryEvent> events = house.client.fetchHistory(id).getEvents();
    while (unsettled(events)) {
      events = house.client.fetchHistory(id).getEvents();
    }
    return events.size();
  }

  private static boolean unsettled(List<HistoryEvent> events) {
    EventType last = events.get(events.size() - 1).getEventType();
    return last == EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
        || last == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
        || last == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED;
  }
}
