package io.countersign.bench;

import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.GrantActivities;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.IdentityProved;
import io.countersign.activity.GrantActivities.IdentityRequest;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.MessageActivities;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.activity.Resolution;
import io.countersign.activity.Submission;
import io.countersign.activity.SubmissionActivities;
import io.countersign.activity.SubmissionActivities.ReviewRequest;
import io.countersign.gate.ReleaseGate;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.Promise;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A bare workflow that calls the gate's own activities, so that the same work is done for a
 * release, and does nothing of what the gate's workflow does around them.
 */
@WorkflowInterface
public interface WorkRelease {
  @WorkflowMethod(name = "WorkRelease")
  void run(Submission submission);

  @SignalMethod
  void signOff(RawValue envelope);

  @SignalMethod
  void end();

  @QueryMethod
  String view();

  /** Its activities run on the gate's task queue. */
  final class Impl implements WorkRelease {
    private static final ActivityOptions OPTIONS =
        ActivityOptions.newBuilder()
            .setTaskQueue(ReleaseGate.TASK_QUEUE)
            .setStartToCloseTimeout(Duration.ofMinutes(2))
            .setRetryOptions(
                RetryOptions.newBuilder().setInitialInterval(Duration.ofMillis(500)).build())
            .build();

    private final List<String> letters = new ArrayList<>();
    private String review = "";
    private boolean ended;

    @Override
    public void run(Submission submission) {
      ReleaseId release = submission.release();
      SubmissionActivities submissions =
          Workflow.newActivityStub(SubmissionActivities.class, OPTIONS);
      MessageActivities messages = Workflow.newActivityStub(MessageActivities.class, OPTIONS);
      GrantActivities grants = Workflow.newActivityStub(GrantActivities.class, OPTIONS);
      ActivityStub untyped = Workflow.newUntypedActivityStub(OPTIONS);

      Resolution resolution = submissions.resolve(submission);
      Promise.allOf(
              resolution.checks().stream()
                  .map(
                      check ->
                          untyped.executeAsync(
                              check, CheckVerdict.class, new CheckRequest(release, 1)))
                  .toList())
          .get();
      review = submissions.review(new ReviewRequest(release, 1)).reviewDigest().toString();
      Promise<IdentityProved> identity =
          untyped.executeAsync("ProveIdentity", IdentityProved.class, new IdentityRequest(release));
      for (int i = 0; i < 3; i++) {
        int wanted = i;
        Workflow.await(() -> letters.size() > wanted);
        messages.assess(new AssessRequest(release, GateState.AWAITING_SIGN_OFF, letters.get(i)));
      }
      identity.get();
      grants.grant(new GrantRequest(release, 1, Workflow.getInfo().getFirstExecutionRunId()));
      Workflow.await(() -> ended);
      grants.revoke(new RevokeRequest(release, 1, GateState.RETIRED, "The measurement is over."));
    }

    @Override
    public void signOff(RawValue envelope) {
      letters.add(envelope.getPayload().getData().toString(StandardCharsets.UTF_8));
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public String view() {
      return review;
    }
  }
}
