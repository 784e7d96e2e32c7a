package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.gate.World.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.CheckRequest;
import io.countersign.activity.DecisionView;
import io.countersign.activity.DecisionView.Status;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.SubmissionActivities.Past;
import io.countersign.activity.SubmissionActivities.ReviewOutcome;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A run that was reset or started anew goes on where the record says that the release is. */
class ForgottenTests extends GateScenario {
  private static final DecisionView APPROVED =
      new DecisionView(Status.APPROVED, List.of(), List.of(), null, null);

  private void remembers(boolean open, Supplier<Past> past) {
    world.review = r -> new ReviewOutcome(digest("review"), APPROVED, open, past.get());
  }

  @Test
  void aLiveReleaseGoesOnWithItsGrant() {
    remembers(true, () -> new Past(3, 2, null, null));
    WorkflowStub gate = stage.submit(ONE);
    GateView live = stage.until(gate, GateState.LIVE);
    assertThat(live.round()).isEqualTo(3);
    assertThat(world.asked(GrantRequest.class))
        .singleElement()
        .satisfies(request -> assertThat(request.generation()).isEqualTo(3));
    assertThat(world.asked(RevokeRequest.class)).isEmpty();
    stage.temporal.sleep(Duration.ofHours(13));
    Stage.order(gate, OrderKind.RETIRE, ONE);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.RETIRED);
  }

  @Test
  void aSuspendedReleaseRestsForWhatIsLeftOfItsWait() {
    Instant[] since = new Instant[1];
    remembers(
        false,
        () -> {
          since[0] = world.now().minus(Duration.ofDays(2));
          return new Past(1, 1, GateState.SUSPENDED, since[0]);
        });
    WorkflowStub gate = stage.submit(ONE);
    GateView rests = stage.until(gate, GateState.SUSPENDED);
    assertThat(rests.waitsUntil()).isEqualTo(since[0].plus(Duration.ofDays(3)));
    assertThat(stage.result(gate).state()).isEqualTo(GateState.EXPIRED);
    assertThat(world.asked(GrantRequest.class)).isEmpty();
  }

  @Test
  void aRestThatWasMeantIsProvedFirstAndAnOrderToRestoreEndsIt() {
    remembers(true, () -> new Past(1, 1, GateState.SUSPENDED, world.now()));
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.SUSPENDED);
    assertThat(world.asked(RevokeRequest.class))
        .singleElement()
        .satisfies(request -> assertThat(request.next()).isEqualTo(GateState.SUSPENDED));
    Stage.order(gate, OrderKind.RESTORE, ONE);
    assertThat(stage.until(gate, GateState.LIVE).generation()).isEqualTo(2);
  }

  @Test
  void aReleaseInStandbyWaitsForARollback() {
    remembers(false, () -> new Past(1, 1, GateState.STANDBY, world.now()));
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.STANDBY);
    Stage.order(gate, OrderKind.ROLLBACK, Rules.TWO);
    stage.until(gate, GateState.LIVE);
  }

  @Test
  void aRecheckCountsOnFromTheRoundThatCounts() {
    world.review =
        r ->
            new ReviewOutcome(
                digest("review " + r.round()),
                world.decision(r.release()),
                false,
                r.round() < 4 ? new Past(4, 0, null, null) : null);
    WorkflowStub gate = stage.submit(ONE);
    assertThat(stage.until(gate, GateState.AWAITING_SIGN_OFF).round()).isEqualTo(4);
    Stage.order(gate, OrderKind.RECHECK, ONE);
    stage.untilAsked(CheckRequest.class, r -> r.round() == 5);
  }
}
