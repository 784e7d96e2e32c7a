package io.countersign.gate;

import io.countersign.activity.ExternalCheck;
import io.countersign.activity.GrantActivities;
import io.countersign.activity.GrantActivities.IdentityProved;
import io.countersign.activity.GrantActivities.IdentityRequest;
import io.countersign.activity.MessageActivities;
import io.countersign.activity.SweepActivities;
import io.countersign.failure.FailureType;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/**
 * How each activity may be tried. An outage of a dependency is waited out; permanent failures are
 * marked by type in the catalogue and end the retries at once.
 */
final class Stubs {
  private static final Duration OUTAGE = Duration.ofDays(7);

  /** Longest pause between two attempts of a check that somebody else runs. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** Reading a large subject takes this long at most, and says all the while that it goes on. */
  private static final Duration READING = Duration.ofHours(12);

  private static final Duration SILENCE = Duration.ofMinutes(2);

  /** So many looks that fail at once take about 15 minutes; then that is an alarm. */
  private static final int LOOKS = 34;

  private Stubs() {}

  static <T> T quick(Class<T> activities, String summary) {
    return Workflow.newActivityStub(
        activities,
        ActivityOptions.newBuilder()
            .setStartToCloseTimeout(Duration.ofMinutes(2))
            .setScheduleToCloseTimeout(OUTAGE)
            .setRetryOptions(retries(Duration.ofSeconds(30)))
            .setSummary(summary)
            .build());
  }

  static ActivityStub check(ReleaseId release, String check) {
    return Workflow.newUntypedActivityStub(
        ActivityOptions.newBuilder()
            .setStartToCloseTimeout(READING)
            .setHeartbeatTimeout(SILENCE)
            .setScheduleToCloseTimeout(OUTAGE)
            .setCancellationType(ActivityCancellationType.TRY_CANCEL)
            .setRetryOptions(retries(Duration.ofMinutes(1)))
            .setSummary(check + " of " + release)
            .build());
  }

  /**
   * A worker that the gate does not run. Every wait is bounded by the frozen rule: a queue that
   * nobody reads, and a worker that hangs or falls silent, end the check and not only the attempt.
   */
  static ActivityStub external(ReleaseId release, ExternalCheck check) {
    Duration attempt = check.startWithin().duration().plus(check.timeout().duration());
    Duration all = attempt.plus(LONGEST_PAUSE).multipliedBy(check.attempts());
    ActivityOptions.Builder options =
        ActivityOptions.newBuilder()
            .setTaskQueue(check.taskQueue())
            .setScheduleToStartTimeout(check.startWithin().duration())
            .setStartToCloseTimeout(check.timeout().duration())
            .setScheduleToCloseTimeout(all.compareTo(OUTAGE) < 0 ? all : OUTAGE)
            .setCancellationType(ActivityCancellationType.TRY_CANCEL)
            .setDisableEagerExecution(true)
            .setRetryOptions(
                retries(LONGEST_PAUSE).toBuilder().setMaximumAttempts(check.attempts()).build())
            .setSummary(check.check() + " of " + release + ", by " + check.taskQueue());
    if (check.heartbeat() != null) {
      options.setHeartbeatTimeout(check.heartbeat().duration());
    }
    return Workflow.newUntypedActivityStub(options.build());
  }

  /**
   * Verifies messages one after the other, so a message that meets a defect must not hold up those
   * behind it: it is refused as INTERNAL at once.
   */
  static MessageActivities letters() {
    return Workflow.newActivityStub(
        MessageActivities.class,
        ActivityOptions.newBuilder()
            .setStartToCloseTimeout(Duration.ofMinutes(2))
            .setScheduleToCloseTimeout(OUTAGE)
            .setRetryOptions(
                retries(Duration.ofSeconds(30)).toBuilder()
                    .setDoNotRetry(FailureType.INTERNAL.name())
                    .build())
            .setSummary("Verify a signed message")
            .build());
  }

  /**
   * Once cancelled it is waited for, so that no role is written behind a revocation's back. It
   * reads every subject again before it writes.
   */
  static GrantActivities grant(String summary) {
    return Workflow.newActivityStub(
        GrantActivities.class,
        ActivityOptions.newBuilder()
            .setStartToCloseTimeout(READING)
            .setHeartbeatTimeout(SILENCE)
            .setScheduleToCloseTimeout(OUTAGE)
            .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
            .setRetryOptions(retries(Duration.ofSeconds(30)))
            .setSummary(summary)
            .build());
  }

  static GrantActivities watch() {
    return Workflow.newActivityStub(
        GrantActivities.class,
        ActivityOptions.newBuilder()
            .setStartToCloseTimeout(READING)
            .setHeartbeatTimeout(SILENCE)
            .setCancellationType(ActivityCancellationType.TRY_CANCEL)
            .setRetryOptions(
                retries(Duration.ofSeconds(30)).toBuilder().setMaximumAttempts(LOOKS).build())
            .setSummary("Does Vault still hold what was approved?")
            .build());
  }

  /** Revocation is tried without end: the only bound is that it succeeds (I8). */
  static GrantActivities endless(String summary) {
    return Workflow.newActivityStub(
        GrantActivities.class,
        ActivityOptions.newBuilder()
            .setStartToCloseTimeout(Duration.ofMinutes(5))
            .setRetryOptions(retries(Duration.ofSeconds(30)))
            .setSummary(summary)
            .build());
  }

  /**
   * Waits for the workload's login; the wait lives in retries, so it costs neither history nor a
   * worker's thread.
   */
  static Promise<IdentityProved> identity(ReleaseId release, Duration patience) {
    return Workflow.newUntypedActivityStub(
            ActivityOptions.newBuilder()
                .setStartToCloseTimeout(Duration.ofMinutes(1))
                .setScheduleToCloseTimeout(patience)
                .setCancellationType(ActivityCancellationType.TRY_CANCEL)
                .setRetryOptions(retries(Duration.ofSeconds(30)))
                .setSummary("Wait for the workload's login as probe")
                .build())
        .executeAsync("ProveIdentity", IdentityProved.class, new IdentityRequest(release));
  }

  /** An outage is left to the next sweep, so that the Schedule is never held up for long. */
  static SweepActivities sweep() {
    return Workflow.newActivityStub(
        SweepActivities.class,
        ActivityOptions.newBuilder()
            .setStartToCloseTimeout(Duration.ofMinutes(15))
            .setScheduleToCloseTimeout(Duration.ofMinutes(20))
            .setRetryOptions(retries(Duration.ofSeconds(30)))
            .setSummary("Find and end access that nobody answers for")
            .build());
  }

  private static RetryOptions retries(Duration longest) {
    return RetryOptions.newBuilder()
        .setInitialInterval(Duration.ofMillis(500))
        .setBackoffCoefficient(2)
        .setMaximumInterval(longest)
        .build();
  }
}
