package io.countersign.worker.cli;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.grant.SystemRef;
import io.countersign.worker.config.Installation;
import io.countersign.worker.config.Settings;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.engine.LocalEngines;
import io.countersign.worker.engine.Workload;
import io.countersign.worker.serve.Serving;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign up}: local engines with the example's system, and a worker on them. */
@Command(
    name = "up",
    description = "Starts local engines, sets the example up and runs a worker on them.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  @Option(
      names = "--home",
      paramLabel = "DIR",
      defaultValue = ".countersign",
      description = "Where engines keep their data, between runs too (default: ${DEFAULT-VALUE}).")
  private Path home = Path.of(".countersign");

  @Option(
      names = "--sealed",
      description = "Seals payloads, so that Temporal and its UI show none to who has no pass.")
  private boolean sealed;

  @Override
  public Integer call() throws InterruptedException {
    Path directory = home.toAbsolutePath().normalize();
    try (LocalEngines engines =
        LocalEngines.start(EngineBinaries.ofThisProcess(), directory.resolve("engines"), true)) {
      Path copy = directory.resolve("fraud-scorer");
      ExampleSystem example =
          Files.exists(copy)
              ? ExampleSystem.open(copy)
              : signed(ExampleSystem.copy(Installation.example(), copy), engines);
      Path file = example.settings(engines, directory.resolve("countersign.properties"));
      if (sealed) {
        example.seal(file, engines.temporal().uiAddress());
      }
      Settings settings = Settings.read(Map.of("COUNTERSIGN_CONFIG", file.toString()), Path.of(""));
      try (Serving worker = Serving.start(settings)) {
        if (sealed) {
          System.out.printf("Codec:        %s/codec%n", settings.apiUrl().orElseThrow());
        }
        System.out.printf(
            "Temporal UI:  %s%nHTTP:         %s%nSettings:     %s%nExample:      %s%nCtrl-C stops what was started here.%n",
            engines.temporal().uiAddress(), settings.apiUrl().orElseThrow(), file, copy);
        Thread workloads = new Thread(() -> prove(example, engines), "example-workloads");
        workloads.setDaemon(true);
        workloads.start();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "stop-up"));
        stopped.await();
        return 0;
      }
    }
  }

  /** Once, when it is made: who edits a rule file later has it signed again by two owners. */
  private static ExampleSystem signed(ExampleSystem example, LocalEngines engines) {
    example.logsTo(engines.logs().sink());
    example.endorse();
    return example;
  }

  /**
   * Plays the example's workloads as far as the gate needs them: they log in as probe whenever they
   * are asked to.
   */
  private static void prove(ExampleSystem example, LocalEngines engines) {
    Map<SystemRef, Workload> workloads = new LinkedHashMap<>();
    example.systems().forEach(system -> workloads.put(system, example.workload(engines, system)));
    while (!Thread.currentThread().isInterrupted()) {
      try {
        workloads.forEach((system, workload) -> workload.login(system, "probe"));
        TimeUnit.SECONDS.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException stopping) {
        return;
      }
    }
  }
}
