package io.countersign.bench;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activity.GateJson;
import io.countersign.grant.SystemRef;
import io.countersign.worker.config.Settings;
import io.countersign.worker.engine.DemoWorkload;
import io.countersign.worker.engine.LocalEngines;
import io.countersign.worker.gateway.TemporalGateway;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Engines on this machine's loopback, a fleet that is onboarded on them, and doors to both. */
final class House implements AutoCloseable {
  final LocalEngines engines;
  final Fleet fleet;
  final Voices voices;
  final Path settingsFile;
  final Settings settings;
  final TemporalGateway gateway;
  final WorkflowClient client;
  private final WorkflowServiceStubs stubs;

  private House(LocalEngines engines, Fleet fleet, Path settingsFile) {
    this.engines = engines;
    this.fleet = fleet;
    this.voices = new Voices(fleet.example());
    this.settingsFile = settingsFile;
    this.settings =
        Settings.read(Map.of("COUNTERSIGN_CONFIG", settingsFile.toString()), Path.of(""));
    this.gateway = TemporalGateway.of(settings.temporal());
    this.stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder()
                .setTarget(engines.temporal().address())
                .build());
    this.client =
        WorkflowClient.newInstance(
            stubs,
            WorkflowClientOptions.newBuilder().setDataConverter(GateJson.converter()).build());
  }

  /** Starts the engines and onboards so many systems. */
  static House open(Path directory, int systems) throws IOException {
    LocalEngines engines =
        LocalEngines.start(EngineBinaries.ofThisProcess(), directory.resolve("engines"), false);
    try {
      Fleet fleet = Fleet.copy(directory.resolve("fleet"), systems);
      Path settings = directory.resolve("countersign.properties");
      fleet.declare(Math.min(systems, WideOnboarding.NARROW));
      fleet.example().settings(engines, settings);
      if (systems > WideOnboarding.NARROW) {
        fleet.declare(systems);
        WideOnboarding.onboard(engines.vault(), fleet);
      }
      return new House(engines, fleet, settings);
    } catch (IOException | RuntimeException failed) {
      engines.close();
      throw failed;
    }
  }

  /** The program whose identity this system's releases are granted to. */
  DemoWorkload workload(SystemRef system) {
    return fleet.example().workload(engines, Fleet.subject(system), Fleet.audience(system));
  }

  @Override
  public void close() {
    gateway.close();
    stubs.shutdownNow();
    stubs.awaitTermination(10, TimeUnit.SECONDS);
    engines.close();
  }
}
