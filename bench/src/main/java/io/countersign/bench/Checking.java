package io.countersign.bench;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.config.Settings;
import io.countersign.worker.demo.People;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.engine.LocalEngines;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.TemporalGateway;
import io.countersign.worker.serve.Serving;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * All checks of the example's strong tier, one release at a time: from the first that is scheduled
 * to the last that answers, against the slowest of them by itself, by the server's own stamps.
 */
final class Checking {
  private static final String SECTION = "checks";
  private static final String MODEL = "2026.11.1";
  private static final double MOST = 1.2;
  private static final int WARM_UP = 5;

  private final Path example;
  private final int samples;

  /**
   * @param example directory of the example
   */
  Checking(Path example, int samples) {
    this.example = example;
    this.samples = samples;
  }

  void measure(Path directory, Report report) throws IOException {
    report.title("Checks of the strong tier: %d releases, one at a time".formatted(samples));
    EngineBinaries binaries = EngineBinaries.ofThisProcess();
    try (LocalEngines engines = LocalEngines.start(binaries, directory.resolve("engines"), false)) {
      ExampleSystem system = ExampleSystem.copy(example, directory.resolve("fraud-scorer"));
      system.logsTo(engines.logs().sink());
      system.endorse();
      Path file = system.settings(engines, directory.resolve("countersign.properties"));
      Settings settings = Settings.read(Map.of("COUNTERSIGN_CONFIG", file.toString()), Path.of(""));
      WorkflowServiceStubs stubs =
          WorkflowServiceStubs.newServiceStubs(
              WorkflowServiceStubsOptions.newBuilder()
                  .setTarget(engines.temporal().address())
                  .build());
      try (Serving worker = Serving.start(settings);
          Gateway gateway = TemporalGateway.of(settings.temporal())) {
        WorkflowClient client =
            WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder()
                    .setNamespace(settings.temporal().namespace())
                    .build());
        sample(system, gateway, client, report);
      } finally {
        stubs.shutdownNow();
      }
    }
  }

  private void sample(ExampleSystem system, Gateway gateway, WorkflowClient client, Report report) {
    People people = new People(system);
    List<Double> all = new ArrayList<>();
    List<Double> slowest = new ArrayList<>();
    List<Double> together = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    List<Moments.Spent> last = List.of();
    for (int i = 1 - WARM_UP; i <= samples; i++) {
      String version = "bench-" + (i + WARM_UP);
      system.derive(MODEL, version);
      ReleaseId release = ExampleSystem.SYSTEM.release(version);
      gateway.start(people.submission(system.locked(version), "pia@example.com"));
      Waiting.until(
          release + " has been checked",
          () -> gateway.view(release).state() == GateState.AWAITING_SIGN_OFF);
      List<HistoryEvent> history = client.fetchHistory(release.workflowId()).getEvents();
      if (i > 0) {
        last = Moments.checks(history);
        Duration whole = Moments.whole(last);
        Duration longest =
            last.stream().map(Moments.Spent::time).max(Duration::compareTo).orElseThrow();
        all.add(millis(whole));
        slowest.add(millis(longest));
        together.add(
            millis(last.stream().map(Moments.Spent::time).reduce(Duration.ZERO, Duration::plus)));
        ratios.add(millis(whole) / millis(longest));
      }
    }
    report.line(SECTION, "all checks of a release", "ms", new Sample(all), 0);
    report.line(SECTION, "the slowest of them", "ms", new Sample(slowest), 0);
    report.line(SECTION, "all of them, one after the other", "ms", new Sample(together), 0);
    last.stream()
        .sorted(Comparator.comparing(Moments.Spent::time).reversed())
        .forEach(
            spent ->
                report.say("%-36s %5.0f ms".formatted(spent.activity(), millis(spent.time()))));
    report.against(
        SECTION, "all checks / the slowest", new Sample(ratios).median(), "at most", MOST);
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
