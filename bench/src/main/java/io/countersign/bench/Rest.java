package io.countersign.bench;

import io.countersign.activity.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A worker of its own with a heap of 256 MiB that has brought many releases to LIVE and then looks
 * after them: the drift watch, the sweep and everything else as the example has it.
 */
final class Rest {
  private static final String SECTION = "rest";
  private static final int HEAP_MEBIBYTES = 256;
  private static final int AT_A_TIME = 16;
  private static final double MEBIBYTE = 1 << 20;

  private final int live;
  private final int seconds;

  Rest(int live, int seconds) {
    this.live = live;
    this.seconds = seconds;
  }

  void measure(Path directory, Report report) throws IOException {
    report.title(
        "At rest: %d live releases, watched for %d s; worker with -Xmx%dm"
            .formatted(live, seconds, HEAP_MEBIBYTES));
    try (House house = House.open(directory, live);
        RecordWatch record = new RecordWatch(house);
        WorkerProcess worker =
            WorkerProcess.start(
                house.settingsFile, directory.resolve("worker.log"), HEAP_MEBIBYTES);
        Riders riders = new Riders(house, AT_A_TIME)) {
      GateCourse gate = new GateCourse(house, record);
      List<Submission> all =
          house.fleet.systems().stream()
              .map(system -> house.voices.submission(house.fleet.manifest(system, "1")))
              .toList();
      Duration took = riders.ride(gate, all);
      System.err.printf("%d releases are live after %d s%n", live, took.toSeconds());
      record.awaitSealed();
      Duration before = worker.cpu();
      Waiting.pause(Duration.ofSeconds(seconds).toMillis());
      double percent = 100.0 * worker.cpu().minus(before).toMillis() / (seconds * 1000.0);
      double heap = worker.liveHeap() / MEBIBYTE;
      gate.clear(Set.of(all.get(0)));
      if (!worker.alive()) {
        throw new IllegalStateException("the worker has ended");
      }
      report.line(SECTION, "processor", "% of one", new Sample(List.of(percent)), 1);
      report.against(
          SECTION, "heap in use after a full collection, MiB", heap, "at most", HEAP_MEBIBYTES);
      report.say("The worker still serves: it has just ended one of them.");
    }
  }
}
