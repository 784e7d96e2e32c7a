package io.countersign.gate;

import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.Resolution;
import io.countersign.activity.SubmissionActivities.ReviewOutcome;
import io.countersign.activity.SubmissionActivities.ReviewRequest;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.release.GateState;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;

/** SUBMITTED and CHECKING: from a signed submission to a review that people can sign off. */
final class Opening {
  private final Gate gate;

  Opening(Gate gate) {
    this.gate = gate;
  }

  void resolve() {
    try {
      Resolution resolution = gate.submissions.resolve(gate.submission);
      gate.memory.resolution = resolution;
      gate.turn(GateState.CHECKING);
    } catch (ActivityFailure failure) {
      stop(failure);
    }
  }

  /** Runs every check of the tier at once; an order to withdraw ends the wait. */
  void check(Correspondence correspondence) {
    Resolution resolution = gate.memory.resolved();
    gate.memory.round++;
    gate.memory.reviewDigest = null;
    gate.memory.decision = null;
    CheckRequest request = new CheckRequest(gate.id, gate.memory.round);
    List<Promise<CheckVerdict>> running = new ArrayList<>();
    CancellationScope scope =
        Workflow.newCancellationScope(
            () ->
                resolution
                    .checks()
                    .forEach(
                        check ->
                            running.add(
                                Stubs.check(gate.id, check)
                                    .executeAsync(check, CheckVerdict.class, request))));
    scope.run();
    while (gate.memory.state == GateState.CHECKING) {
      Workflow.await(
          () -> running.stream().allMatch(Promise::isCompleted) || gate.inbox.holdsOrder());
      correspondence.dealWithOrders();
      if (gate.memory.state == GateState.CHECKING
          && running.stream().allMatch(Promise::isCompleted)) {
        conclude(running);
        return;
      }
    }
    scope.cancel();
  }

  private void conclude(List<Promise<CheckVerdict>> finished) {
    try {
      gate.memory.checks = new ArrayList<>(finished.stream().map(Promise::get).toList());
      ReviewOutcome review = gate.submissions.review(new ReviewRequest(gate.id, gate.memory.round));
      gate.memory.reviewDigest = review.reviewDigest();
      gate.memory.decision = review.decision();
      gate.memory.signOffsFrom = Times.now();
      gate.memory.remindersSent = 0;
      switch (review.decision().status()) {
        case REJECTED ->
            gate.turn(
                GateState.REJECTED,
                review.decision().type(),
                String.valueOf(review.decision().why()));
        case APPROVED -> gate.turn(GateState.GRANTING);
        case PENDING -> gate.turn(GateState.AWAITING_SIGN_OFF);
      }
    } catch (ActivityFailure failure) {
      stop(failure);
    }
  }

  /** What the catalogue calls permanent is a "no"; the rest is machinery that gave up. */
  private void stop(ActivityFailure failure) {
    FailureType type = GateFailures.typeOf(failure);
    gate.turn(
        type.retryable() ? GateState.FAILED : GateState.REJECTED,
        type,
        GateFailures.detailOf(failure));
  }
}
