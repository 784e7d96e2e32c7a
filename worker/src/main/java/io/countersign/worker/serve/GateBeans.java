package io.countersign.worker.serve;

import io.countersign.activities.batch.BackgroundFolding;
import io.countersign.activities.check.ChecksActivity;
import io.countersign.activities.evidence.BackgroundSealing;
import io.countersign.activities.sweep.SweepActivitiesImpl;
import io.countersign.activity.ExternalCheckActivities;
import io.countersign.activity.GrantActivities;
import io.countersign.activity.MessageActivities;
import io.countersign.activity.RecordActivities;
import io.countersign.activity.SubmissionActivities;
import io.countersign.activity.SweepActivities;
import io.countersign.failure.GateException;
import io.countersign.gate.ReleaseGate;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Parts;
import io.countersign.worker.config.PayloadSealing;
import io.countersign.worker.config.Settings;
import io.countersign.worker.config.SettledParts;
import io.countersign.worker.gateway.AfterActivity;
import io.countersign.worker.gateway.FailureTranslation;
import io.countersign.worker.gateway.HistoryBearers;
import io.countersign.worker.gateway.NamespaceIdentity;
import io.countersign.worker.gateway.SearchAttributes;
import io.countersign.worker.gateway.SweepSchedule;
import io.countersign.worker.gateway.TemporalDirectory;
import io.countersign.worker.gateway.TemporalStubs;
import io.temporal.activity.Activity;
import io.temporal.common.converter.DataConverter;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.spring.boot.TemporalOptionsCustomizer;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

/** The gate's objects as beans. */
@Configuration(proxyBeanMethods = false)
class GateBeans {
  private static final Logger LOG = LoggerFactory.getLogger(GateBeans.class);

  /** How long activities in progress may go on when the worker stops. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Names of the beans whose activities the worker registers. */
  static final List<String> ACTIVITIES =
      List.of("submissions", "messages", "grants", "records", "sweeps", "externalChecks");

  /** What payloads are sealed with; nothing where they travel in the clear. */
  record Sealing(Optional<PayloadCodec> codec) {}

  @Bean
  Sealing payloadSealing(Settings settings) {
    return new Sealing(PayloadSealing.ofWorker(settings));
  }

  @Bean
  DataConverter gateDataConverter(Sealing sealing) {
    return PayloadSealing.converter(sealing.codec());
  }

  @Bean
  TemporalOptionsCustomizer<WorkerFactoryOptions.Builder> interceptors(
      ObjectProvider<BackgroundSealing> sealing) {
    return options ->
        options.setWorkerInterceptors(
            new FailureTranslation(), new AfterActivity(() -> sealing.getObject().nudge()));
  }

  @Bean(destroyMethod = "close")
  BackgroundSealing sealing(GateAssembly assembly) {
    return assembly.sealInBackground();
  }

  @Bean(destroyMethod = "close")
  BackgroundFolding folding(GateAssembly assembly) {
    return assembly.foldInBackground();
  }

  @Bean
  TemporalOptionsCustomizer<WorkflowServiceStubsOptions.Builder> securedConnection(
      Settings settings) {
    return options -> TemporalStubs.secured(options, settings.temporal());
  }

  @Bean(destroyMethod = "close")
  SettledParts settledParts(Settings settings, WorkflowServiceStubs stubs) {
    return SettledParts.of(settings, new NamespaceIdentity(stubs, settings.temporal().namespace()));
  }

  @Bean
  GateAssembly assembly(
      SettledParts settled,
      DataConverter converter,
      Settings settings,
      WorkflowServiceStubs stubs) {
    Parts parts = settled.parts();
    return new GateAssembly(
        parts,
        (what, bytes) -> Activity.getExecutionContext().heartbeat(bytes),
        new HistoryBearers(stubs, settings.temporal().namespace(), converter, parts.clock()));
  }

  @Bean
  SubmissionActivities submissions(GateAssembly assembly) {
    return assembly.submissions();
  }

  @Bean
  MessageActivities messages(GateAssembly assembly) {
    return assembly.messages();
  }

  @Bean
  GrantActivities grants(GateAssembly assembly) {
    return assembly.grants();
  }

  @Bean
  RecordActivities records(GateAssembly assembly) {
    return assembly.records();
  }

  @Bean
  SweepActivities sweeps(GateAssembly assembly, Settings settings, WorkflowServiceStubs stubs) {
    return new SweepActivitiesImpl(
        assembly.sweeping(new TemporalDirectory(stubs, settings.temporal().namespace())));
  }

  /**
   * A worker starts without the Schedule when Temporal or the rules are not there yet, and says so.
   */
  @Bean
  ApplicationRunner sweepSchedule(
      SettledParts settled, Settings settings, WorkflowServiceStubs stubs) {
    return arguments -> {
      try {
        SweepSchedule.of(stubs, settings.temporal().namespace())
            .ensure(settled.parts().rules().now().policy().lifecycle().sweep());
      } catch (GateException failure) {
        LOG.warn("The Schedule of the sweep was not written: {}", failure.getMessage());
      }
    };
  }

  /** The HTTP interface, where an address is set. */
  @Bean(destroyMethod = "close")
  ApiDoor apiDoor(SettledParts settled, GateAssembly assembly, Sealing sealing, Settings settings) {
    return ApiDoor.open(settled, assembly.bundles(), sealing.codec(), settings);
  }

  /** The decision point, where an address is set for it. */
  @Bean(destroyMethod = "close")
  DecisionsDoor decisionsDoor(Settings settings, SettledParts settled) {
    return DecisionsDoor.open(settings);
  }

  /**
   * Comes before the workers poll. A team whose Temporal lets nobody but administrators register is
   * told by name what is missing.
   */
  @Bean
  ApplicationRunner searchAttributes(Settings settings) {
    return arguments -> {
      try {
        List<String> registered = new SearchAttributes(settings.temporal()).register();
        if (!registered.isEmpty()) {
          LOG.info("Registered the search attributes {}", String.join(", ", registered));
        }
      } catch (GateException failure) {
        LOG.warn("The search attributes were not registered: {}", failure.getMessage());
      }
    };
  }

  @Bean
  ExternalCheckActivities externalChecks(GateAssembly assembly) {
    return assembly.externalChecks();
  }

  @Bean
  ChecksActivity checks(GateAssembly assembly) {
    return assembly.checks();
  }

  /**
   * Stops the worker before anything that its activities use: a task that it took without a record
   * at hand would be missing until its time-out.
   */
  @Bean
  ApplicationListener<ContextClosedEvent> stopFirst(WorkerFactory workers) {
    return closed -> {
      workers.shutdown();
      workers.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    };
  }

  /**
   * The starter takes named activities only; runners come before the workers poll, so nothing is
   * missed.
   */
  @Bean
  ApplicationRunner checkRegistration(WorkerFactory workers, ChecksActivity checks) {
    return arguments ->
        workers.getWorker(ReleaseGate.TASK_QUEUE).registerActivitiesImplementations(checks);
  }
}
