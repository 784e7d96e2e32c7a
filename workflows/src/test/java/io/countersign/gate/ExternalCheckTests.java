package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activity.CheckVerdict;
import io.countersign.activity.ExternalCheck;
import io.countersign.activity.ExternalCheckActivities.Admission;
import io.countersign.activity.ExternalCheckActivities.Preparation;
import io.countersign.activity.ExternalCheckActivities.Prepared;
import io.countersign.activity.SubmissionActivities.ReviewRequest;
import io.countersign.failure.FailureType;
import io.countersign.release.GateState;
import io.countersign.release.Span;
import io.countersign.signoff.OrderKind;
import io.temporal.activity.Activity;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a release one of whose checks is run by a worker that is not the gate's. */
class ExternalCheckTests extends GateScenario {
  private static final String BIAS = "risk.bias";
  private static final String SECRET = "hvs.CAESIsecret";

  private static ExternalCheck check(String queue, int attempts) {
    return new ExternalCheck(BIAS, queue, Span.parse("5m"), Span.parse("10m"), null, attempts);
  }

  private WorkflowStub submit(int attempts) {
    world.resolve = s -> Rules.with(check(Rules.OUTSIDE, attempts));
    return stage.submit(ONE);
  }

  /** The test server lets real time pass while an activity is open. */
  private WorkflowStub hurried(String queue, @Nullable Span heartbeat, int attempts) {
    Span second = Span.parse("1s");
    Span timeout = heartbeat == null ? second : Span.parse("12h");
    world.resolve =
        s -> Rules.with(new ExternalCheck(BIAS, queue, second, timeout, heartbeat, attempts));
    return stage.submit(ONE);
  }

  private GateView failed(WorkflowStub gate) {
    assertThatThrownBy(() -> stage.result(gate)).isInstanceOf(WorkflowFailedException.class);
    GateView view = Stage.view(gate);
    assertThat(view.state()).isEqualTo(GateState.FAILED);
    assertThat(view.reasonType()).isEqualTo(FailureType.CHECK_BROKEN);
    assertThat(view.reason()).contains(BIAS);
    assertThat(world.asked(ReviewRequest.class)).isEmpty();
    return view;
  }

  @Test
  void isAskedWhatTheGatePreparedAndItsAnswerIsAdmittedUnread() {
    WorkflowStub gate = submit(3);
    GateView view = stage.until(gate, GateState.AWAITING_SIGN_OFF);
    assertThat(world.asked(Preparation.class)).containsExactly(new Preparation(ONE, 1, BIAS));
    assertThat(world.asked(String.class)).containsExactly("{\"round\":1}");
    assertThat(world.asked(Admission.class))
        .containsExactly(new Admission(ONE, 1, BIAS, "\"signed {\\\"round\\\":1}\""));
    assertThat(view.checks()).extracting(CheckVerdict::check).endsWith(BIAS);
  }

  @Test
  void isAskedAgainInTheNextRound() {
    WorkflowStub gate = submit(3);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.order(gate, OrderKind.RECHECK, ONE);
    stage.untilAsked(ReviewRequest.class, r -> r.round() == 2);
    assertThat(world.asked(String.class)).containsExactly("{\"round\":1}", "{\"round\":2}");
  }

  @Test
  void isNotAskedWhatTheRecordAnswers() {
    CheckVerdict known = new CheckVerdict(BIAS, "pass", "fine", World.digest("known"));
    world.prepare = p -> new Prepared(p.round(), null, known);
    GateView view = stage.until(submit(3), GateState.AWAITING_SIGN_OFF);
    assertThat(view.checks()).contains(known);
    assertThat(world.asked(String.class)).isEmpty();
    assertThat(world.asked(Admission.class)).isEmpty();
  }

  @Test
  void aQueueThatNobodyReadsEndsTheCheckInTime() {
    GateView view = failed(hurried("nobody-reads-this", null, 10));
    assertThat(view.reason()).contains("nobody-reads-this", "nobody took it", "1s");
  }

  @Test
  void oneThatHangsIsTriedAgainAndGivenUpInTime() {
    world.external = request -> silence();
    assertThat(failed(hurried(Rules.OUTSIDE, null, 2)).reason()).contains("more than 1s");
    assertThat(world.asked(String.class)).hasSize(2);
  }

  @Test
  void oneThatFallsSilentIsGivenUpByItsHeartbeat() {
    world.external = request -> silence();
    assertThat(failed(hurried(Rules.OUTSIDE, Span.parse("1s"), 1)).reason())
        .contains("silent for more than 1s");
  }

  private static Object silence() {
    Activity.getExecutionContext().doNotCompleteOnReturn();
    return "";
  }

  @Test
  void whatItSaysOfItsOwnFailureIsNotPassedOn() {
    world.external =
        request -> {
          throw ApplicationFailure.newNonRetryableFailure(SECRET, "DIGEST_MISMATCH", SECRET);
        };
    GateView view = failed(submit(3));
    assertThat(view.toString()).doesNotContain(SECRET);
    assertThat(view.reason()).contains("its worker failed");
    assertThat(world.asked(String.class)).hasSize(1);
  }

  @Test
  void oneThatCrashesAndComesBackIsTriedAgain() {
    AtomicInteger attempts = new AtomicInteger();
    Function<String, Object> healthy = world.external;
    world.external =
        request -> {
          if (attempts.incrementAndGet() < 3) {
            throw new IllegalStateException(SECRET);
          }
          return healthy.apply(request);
        };
    assertThat(stage.until(submit(3), GateState.AWAITING_SIGN_OFF).checks())
        .extracting(CheckVerdict::check)
        .endsWith(BIAS);
    assertThat(attempts).hasValue(3);
  }

  @Test
  void oneThatKeepsCrashingIsGivenUp() {
    world.external =
        request -> {
          throw new IllegalStateException(SECRET);
        };
    assertThat(failed(submit(2)).toString()).doesNotContain(SECRET);
    assertThat(world.asked(String.class)).hasSize(2);
  }

  @Test
  void whatIsTooLargeOrNoJsonIsNotEvenPassedOn() {
    List<Object> junk =
        List.of(
            "x".repeat(OutsideCheck.LIMIT),
            new byte[] {1, 2, 3},
            new RawValue(Payload.getDefaultInstance()));
    AtomicInteger next = new AtomicInteger();
    world.resolve = s -> Rules.with(check(Rules.OUTSIDE, 3));
    world.external = request -> junk.get(next.getAndIncrement());
    Stream.of(ONE, Rules.TWO, Rules.THREE).forEach(release -> failed(stage.submit(release)));
    assertThat(world.asked(Admission.class)).isEmpty();
  }

  @Test
  void noAnswerAtAllIsBroken() {
    world.external = request -> null;
    failed(submit(3));
    assertThat(world.asked(Admission.class)).isEmpty();
  }

  @Test
  void anAnswerThatTheGateRefusesEndsTheRelease() {
    world.admit =
        a -> {
          throw failingForGood(FailureType.CHECK_BROKEN);
        };
    WorkflowStub gate = submit(3);
    assertThatThrownBy(() -> stage.result(gate)).isInstanceOf(WorkflowFailedException.class);
    assertThat(Stage.view(gate).state()).isEqualTo(GateState.FAILED);
    assertThat(world.asked(Admission.class)).hasSize(1);
  }

  @Test
  void aReleaseIsWithdrawnWhileSomebodyElseChecks() {
    world.external = request -> silence();
    WorkflowStub gate = submit(3);
    stage.untilAsked(String.class, request -> true);
    Stage.order(gate, OrderKind.WITHDRAW, ONE);
    stage.until(gate, GateState.WITHDRAWN);
    assertThat(world.asked(Admission.class)).isEmpty();
  }
}
