package io.countersign.gate;

import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView.Status;
import io.countersign.activity.Resolution;
import io.countersign.activity.SubmissionActivities.Past;
import io.countersign.activity.SubmissionActivities.ReviewOutcome;
import io.countersign.activity.SubmissionActivities.ReviewRequest;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.policy.GatePolicy.Lifecycle;
import io.countersign.release.GateState;
import io.countersign.release.Span;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

  /**
   * Runs every check of the tier at once, and then the one that weighs them; an order to withdraw
   * ends the wait.
   */
  void check(Correspondence correspondence) {
    Memory memory = gate.memory;
    if (!memory.checking) {
      memory.checking = true;
      memory.round++;
      memory.checks = new ArrayList<>();
      memory.reviewDigest = null;
      memory.decision = null;
    }
    Map<String, Promise<CheckVerdict>> running = new LinkedHashMap<>();
    List<CancellationScope> scopes = new ArrayList<>();
    scopes.add(run(() -> start(running)));
    while (memory.state == GateState.CHECKING) {
      if (unweighed(running)) {
        scopes.add(run(() -> start(running, CheckResult.COMBINED)));
      }
      Workflow.await(
          () ->
              done(running)
                  || gate.inbox.holdsOrder()
                  || gate.full()
                  || (gate.crowded() && correspondence.ready()));
      correspondence.dealWithOrders();
      if (memory.state == GateState.CHECKING && !done(running) && gate.crowded()) {
        correspondence.deal();
      }
      if (memory.state != GateState.CHECKING) {
        scopes.forEach(scope -> scope.cancel("the release is not checked any more"));
      } else if (done(running) && !unweighed(running)) {
        conclude(running);
      } else if (gate.full()) {
        collect(running);
        gate.continueAsNew();
      }
    }
    memory.checking = false;
  }

  /** Starts the checks that an earlier run has not finished. */
  private void start(Map<String, Promise<CheckVerdict>> running) {
    for (String check : gate.memory.resolved().checks()) {
      if (!check.equals(CheckResult.COMBINED)) {
        start(running, check);
      }
    }
  }

  private void start(Map<String, Promise<CheckVerdict>> running, String check) {
    if (gate.memory.checks.stream().noneMatch(v -> v.check().equals(check))) {
      running.put(
          check,
          gate.memory
              .resolved()
              .external(check)
              .map(external -> OutsideCheck.ask(gate, external))
              .orElseGet(() -> ask(check)));
    }
  }

  private Promise<CheckVerdict> ask(String check) {
    CheckRequest request = new CheckRequest(gate.id, gate.memory.round);
    return Stubs.check(gate.id, check).executeAsync(check, CheckVerdict.class, request);
  }

  private static CancellationScope run(Runnable start) {
    CancellationScope scope = Workflow.newCancellationScope(start);
    scope.run();
    return scope;
  }

  /** Whether all others have answered and what weighs them has not begun. */
  private boolean unweighed(Map<String, Promise<CheckVerdict>> running) {
    return gate.memory.resolved().checks().contains(CheckResult.COMBINED)
        && !running.containsKey(CheckResult.COMBINED)
        && gate.memory.checks.stream().noneMatch(v -> v.check().equals(CheckResult.COMBINED))
        && running.values().stream().allMatch(p -> p.isCompleted() && p.getFailure() == null);
  }

  private static boolean done(Map<String, Promise<CheckVerdict>> running) {
    return running.values().stream().allMatch(Promise::isCompleted);
  }

  /** Keeps what has ended well, in the order of the gate policy. */
  private void collect(Map<String, Promise<CheckVerdict>> running) {
    List<CheckVerdict> collected = new ArrayList<>();
    for (String check : gate.memory.resolved().checks()) {
      Promise<CheckVerdict> promise = running.get(check);
      if (promise == null) {
        gate.memory.checks.stream().filter(v -> v.check().equals(check)).forEach(collected::add);
      } else if (promise.isCompleted() && promise.getFailure() == null) {
        collected.add(promise.get());
      }
    }
    gate.memory.checks = collected;
  }

  private void conclude(Map<String, Promise<CheckVerdict>> finished) {
    try {
      finished.values().forEach(Promise::get);
      collect(finished);
      ReviewOutcome review = gate.submissions.review(new ReviewRequest(gate.id, gate.memory.round));
      gate.memory.reviewDigest = review.reviewDigest();
      gate.memory.decision = review.decision();
      gate.memory.signOffsFrom = Times.now();
      gate.memory.remindersSent = 0;
      Past past = review.past();
      if (past != null) {
        gate.memory.round = Math.max(gate.memory.round, past.round());
        gate.memory.generation = Math.max(gate.memory.generation, past.grants());
        if (past.rests() != null && past.since() != null) {
          gate.memory.armed = review.open();
          rest(past.rests(), past.since());
          return;
        }
      }
      // A run that was reset has forgotten what was granted; without an approval that must end.
      gate.memory.armed = review.open() && review.decision().status() != Status.APPROVED;
      switch (review.decision().status()) {
        case REJECTED ->
            gate.close(
                GateState.REJECTED,
                review.decision().type(),
                String.valueOf(review.decision().why()));
        case APPROVED -> gate.turn(GateState.GRANTING);
        case PENDING -> {
          if (gate.memory.armed) {
            gate.revoke(
                GateState.AWAITING_SIGN_OFF,
                FailureType.NOT_APPROVED,
                Objects.requireNonNullElse(
                    review.decision().missing(), FailureType.NOT_APPROVED.sentence()));
          } else {
            gate.turn(GateState.AWAITING_SIGN_OFF);
          }
        }
      }
    } catch (ActivityFailure | ApplicationFailure failure) {
      stop(failure);
    }
  }

  /** Goes back to where the record says that the release is, for what is left of that wait. */
  private void rest(GateState state, Instant since) {
    Lifecycle lifecycle = gate.memory.resolved().lifecycle();
    Span wait = state == GateState.STANDBY ? lifecycle.standby() : lifecycle.suspension();
    gate.memory.waitsUntil = since.plus(wait.duration());
    gate.close(state, FailureType.NOT_NOW, "The record says that the release is " + state + ".");
  }

  /** What the catalogue calls permanent is a "no"; the rest is machinery that gave up. */
  private void stop(TemporalFailure failure) {
    if (failure.getCause() instanceof CanceledFailure cancelled) {
      throw cancelled;
    }
    FailureType type = GateFailures.typeOf(failure);
    gate.turn(
        type.retryable() ? GateState.FAILED : GateState.REJECTED,
        type,
        GateFailures.detailOf(failure));
  }
}
