package io.countersign.activities.check;

import static io.countersign.activities.check.CheckScene.MADE_UP;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.check.CheckScene.MadeUp;
import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.failure.GateFailures;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The checks as Temporal runs them: by activity type, with retries and cancellation. */
class ChecksActivityRetryTests {
  private static final String QUEUE = "checks";

  private final CheckScene scene = new CheckScene();
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(
          TestEnvironmentOptions.newBuilder()
              .setWorkflowClientOptions(
                  WorkflowClientOptions.newBuilder()
                      .setDataConverter(GateJson.converter())
                      .validateAndBuildWithDefaults())
              .build());

  @WorkflowInterface
  public interface Asking {
    @WorkflowMethod
    String ask(String check, CheckRequest request);
  }

  /** Asks for one check and answers its outcome or the type of its failure. */
  public static final class AskingImpl implements Asking {
    @Override
    public String ask(String check, CheckRequest request) {
      ActivityOptions options =
          ActivityOptions.newBuilder()
              .setStartToCloseTimeout(Duration.ofHours(1))
              .setHeartbeatTimeout(Duration.ofSeconds(2))
              .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
              .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(50).build())
              .build();
      try {
        return Workflow.newUntypedActivityStub(options)
            .execute(check, CheckVerdict.class, request)
            .outcome();
      } catch (ActivityFailure failure) {
        return GateFailures.typeOf(failure) + ": " + GateFailures.detailOf(failure);
      }
    }
  }

  private WorkflowStub start(Check check, String asked) {
    Worker worker = temporal.newWorker(QUEUE);
    worker.registerWorkflowImplementationTypes(AskingImpl.class);
    worker.registerActivitiesImplementations(scene.activity(check));
    temporal.start();
    WorkflowStub workflow =
        temporal
            .getWorkflowClient()
            .newUntypedWorkflowStub(
                "Asking", WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build());
    workflow.start(asked, CheckScene.round(1));
    return workflow;
  }

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void runsACheckUnderItsOwnActivityType() {
    assertThat(start(new MadeUp(), MADE_UP).getResult(String.class)).isEqualTo("pass");
    assertThat(scene.entries()).hasSize(1);
  }

  @Test
  void aCheckThatComesBackIsAnswered() {
    AtomicInteger attempts = new AtomicInteger();
    Check flaky =
        new MadeUp() {
          @Override
          public CheckFindings run(CheckContext context) {
            if (attempts.incrementAndGet() < 5) {
              throw new GateException(FailureType.SOURCE_UNAVAILABLE, "away");
            }
            return super.run(context);
          }
        };
    assertThat(start(flaky, MADE_UP).getResult(String.class)).isEqualTo("pass");
    assertThat(attempts).hasValue(5);
  }

  @Test
  void aBrokenCheckIsGivenUpAfterTwentyAttempts() {
    AtomicInteger attempts = new AtomicInteger();
    Check broken =
        new MadeUp() {
          @Override
          public CheckFindings run(CheckContext context) {
            attempts.incrementAndGet();
            throw new IllegalStateException("never told");
          }
        };
    assertThat(start(broken, MADE_UP).getResult(String.class))
        .startsWith("CHECK_BROKEN: given up after 20 attempts")
        .contains(MADE_UP)
        .doesNotContain("never told");
    assertThat(attempts).hasValue(20);
    assertThat(scene.entries()).isEmpty();
  }

  @Test
  void cancellationReachesACheckThroughItsHeartbeat() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Check endless =
        new MadeUp() {
          @Override
          public CheckFindings run(CheckContext context) {
            running.countDown();
            try {
              while (true) {
                context.progress().at("model", 1);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
              }
            } catch (ActivityCanceledException e) {
              stopped.countDown();
              throw e;
            }
          }
        };
    WorkflowStub workflow = start(endless, MADE_UP);
    assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
    workflow.cancel();
    assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(scene.entries()).isEmpty();
  }
}
