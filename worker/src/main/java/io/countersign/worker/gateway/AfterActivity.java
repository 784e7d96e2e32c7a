package io.countersign.worker.gateway;

import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;

/** Says that an activity of this worker has ended, however it did. */
public final class AfterActivity extends WorkerInterceptorBase {
  private final Runnable ended;

  /**
   * @param ended returns at once and never throws
   */
  public AfterActivity(Runnable ended) {
    this.ended = ended;
  }

  @Override
  public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
    return new ActivityInboundCallsInterceptorBase(next) {
      @Override
      public ActivityOutput execute(ActivityInput input) {
        try {
          return super.execute(input);
        } finally {
          ended.run();
        }
      }
    };
  }
}
