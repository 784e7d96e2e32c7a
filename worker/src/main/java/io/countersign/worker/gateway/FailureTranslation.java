package io.countersign.worker.gateway;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.failure.GateFailures;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what activities throw into failures of the catalogue. Histories keep failures for good, so
 * nothing that is not of the catalogue gets there with its message or cause (I6); the worker's log
 * has it.
 */
public final class FailureTranslation extends WorkerInterceptorBase {
  private static final Logger LOG = LoggerFactory.getLogger(FailureTranslation.class);

  /** Attempts in quick succession while a workload starts, then patience. */
  private static final int EAGER = 40;

  @Override
  public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
    return new WorkflowInboundCallsInterceptorBase(next) {
      @Override
      public void init(WorkflowOutboundCallsInterceptor calls) {
        super.init(new ResultReading(calls));
      }
    };
  }

  @Override
  public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
    return new ActivityInboundCallsInterceptorBase(next) {
      private @Nullable ActivityInfo info;

      @Override
      public void init(ActivityExecutionContext context) {
        info = context.getInfo();
        super.init(context);
      }

      @Override
      public ActivityOutput execute(ActivityInput input) {
        try {
          return super.execute(input);
        } catch (ActivityCompletionException cancelled) {
          throw cancelled;
        } catch (RuntimeException thrown) {
          throw translated(thrown, Objects.requireNonNull(info));
        }
      }
    };
  }

  private static RuntimeException translated(RuntimeException thrown, ActivityInfo info) {
    String activity = info.getActivityType();
    if (thrown instanceof ApplicationFailure already) {
      return already;
    }
    if (thrown instanceof GateException known && known.type() == FailureType.IDENTITY_NOT_PROVED) {
      return GateFailures.retryAfter(
          known.type(), known.type().sentence(), patience(info.getAttempt()));
    }
    if (thrown instanceof GateException known) {
      LOG.info("{} of {}: {}", activity, info.getWorkflowId(), known.getMessage());
    } else {
      LOG.error("{} of {} has a defect", activity, info.getWorkflowId(), thrown);
    }
    return GateFailures.of(thrown);
  }

  private static Duration patience(int attempt) {
    if (attempt <= EAGER) {
      return Duration.ofMillis(250);
    }
    return attempt <= 10 * EAGER ? Duration.ofSeconds(2) : Duration.ofSeconds(30);
  }
}
