package io.countersign.worker.config;

import io.countersign.activity.SweepReport;
import io.countersign.worker.gateway.NamespaceIdentity;
import io.countersign.worker.gateway.TemporalDirectory;
import io.countersign.worker.gateway.TemporalStubs;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.time.Duration;

/**
 * One pass of the sweeper with the settings of a worker, for when no worker or Schedule does it.
 */
public final class SweepOnce {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private SweepOnce() {}

  public static SweepReport run(Settings settings) {
    WorkflowServiceStubs stubs = TemporalStubs.open(settings.temporal(), PATIENCE);
    String namespace = settings.temporal().namespace();
    try (SettledParts parts = SettledParts.of(settings, new NamespaceIdentity(stubs, namespace))) {
      return new GateAssembly(parts.parts(), (what, bytes) -> {})
          .sweeping(new TemporalDirectory(stubs, namespace))
          .sweep();
    } finally {
      stubs.shutdownNow();
    }
  }
}
