package io.countersign.worker.gateway;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.ReleaseGate;
import io.countersign.gate.Sweep;
import io.countersign.release.Span;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.ScheduleOverlapPolicy;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleAlreadyRunningException;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleClientOptions;
import io.temporal.client.schedules.ScheduleException;
import io.temporal.client.schedules.ScheduleIntervalSpec;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.SchedulePolicy;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.client.schedules.ScheduleUpdate;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.time.Duration;
import java.util.List;

/** Sees to it that the sweep runs by a Temporal Schedule, whichever worker starts first. */
public final class SweepSchedule {
  /** A sweep that was missed is not worth more than the next one. */
  private static final Duration CATCH_UP = Duration.ofMinutes(1);

  private static final Duration RUN_LIMIT = Duration.ofMinutes(30);

  private final ScheduleClient client;

  SweepSchedule(ScheduleClient client) {
    this.client = client;
  }

  /** In this namespace of the server behind the stubs. */
  public static SweepSchedule of(WorkflowServiceStubs stubs, String namespace) {
    return new SweepSchedule(
        ScheduleClient.newInstance(
            stubs, ScheduleClientOptions.newBuilder().setNamespace(namespace).build()));
  }

  /**
   * Creates the Schedule, or gives the one that is there this interval. What an operator did to it
   * stays: paused is paused.
   *
   * @param every time between two sweeps
   */
  public void ensure(Span every) {
    Schedule wanted = schedule(every);
    try {
      client.createSchedule(Sweep.SCHEDULE_ID, wanted, ScheduleOptions.newBuilder().build());
    } catch (ScheduleAlreadyRunningException there) {
      update(wanted);
    } catch (ScheduleException | StatusRuntimeException e) {
      throw unavailable(e);
    }
  }

  private void update(Schedule wanted) {
    try {
      client
          .getHandle(Sweep.SCHEDULE_ID)
          .update(
              input ->
                  new ScheduleUpdate(
                      Schedule.newBuilder(input.getDescription().getSchedule())
                          .setAction(wanted.getAction())
                          .setSpec(wanted.getSpec())
                          .setPolicy(wanted.getPolicy())
                          .build()));
    } catch (ScheduleException | StatusRuntimeException e) {
      throw unavailable(e);
    }
  }

  private static Schedule schedule(Span every) {
    return Schedule.newBuilder()
        .setAction(
            ScheduleActionStartWorkflow.newBuilder()
                .setWorkflowType(Sweep.class)
                .setOptions(
                    WorkflowOptions.newBuilder()
                        .setWorkflowId(Sweep.SCHEDULE_ID)
                        .setTaskQueue(ReleaseGate.TASK_QUEUE)
                        .setWorkflowRunTimeout(RUN_LIMIT)
                        // The SDK cannot describe a Schedule that has a summary without details.
                        .setStaticSummary("Sweep")
                        .setStaticDetails("Finds and ends access that nobody answers for.")
                        .build())
                .build())
        .setSpec(
            ScheduleSpec.newBuilder()
                .setIntervals(List.of(new ScheduleIntervalSpec(every.duration())))
                .build())
        .setPolicy(
            SchedulePolicy.newBuilder()
                .setOverlap(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_SKIP)
                .setCatchupWindow(CATCH_UP)
                .build())
        .build();
  }

  private static GateException unavailable(RuntimeException e) {
    return new GateException(
        FailureType.TEMPORAL_UNAVAILABLE, "the Schedule of the sweep cannot be written", e);
  }
}
