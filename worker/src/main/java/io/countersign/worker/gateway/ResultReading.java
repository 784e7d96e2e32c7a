package io.countersign.worker.gateway;

import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.temporal.api.enums.v1.RetryState;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.RawValue;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Functions;
import org.jspecify.annotations.Nullable;

/**
 * Reads the results of activities. A result that cannot be read fails the activity, not the
 * workflow task: whoever may complete activities by hand could otherwise wedge a gate for ever, and
 * no "no" would reach it any more.
 */
final class ResultReading extends WorkflowOutboundCallsInterceptorBase {
  ResultReading(WorkflowOutboundCallsInterceptor next) {
    super(next);
  }

  @Override
  public <R> ActivityOutput<R> executeActivity(ActivityInput<R> input) {
    if (input.getResultClass() == void.class || input.getResultClass() == Void.class) {
      return super.executeActivity(input);
    }
    ActivityOutput<RawValue> raw =
        super.executeActivity(
            new ActivityInput<>(
                input.getActivityName(),
                RawValue.class,
                RawValue.class,
                input.getArgs(),
                input.getOptions(),
                input.getHeader()));
    Functions.Func1<@Nullable RawValue, R> read =
        value -> {
          try {
            R result =
                value == null
                    ? null
                    : GateJson.converter()
                        .fromPayload(
                            value.getPayload(), input.getResultClass(), input.getResultType());
            if (result == null) {
              throw unreadable(input.getActivityName(), raw.getActivityId());
            }
            return result;
          } catch (DataConverterException e) {
            throw unreadable(input.getActivityName(), raw.getActivityId());
          }
        };
    return new ActivityOutput<>(raw.getActivityId(), raw.getResult().thenApply(read));
  }

  private static ActivityFailure unreadable(String activity, String id) {
    return new ActivityFailure(
        "the result cannot be read",
        0,
        0,
        activity,
        id,
        RetryState.RETRY_STATE_NON_RETRYABLE_FAILURE,
        "",
        GateFailures.lasting(FailureType.INTERNAL, "the result of " + activity + " is unreadable"));
  }
}
