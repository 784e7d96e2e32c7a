package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.policy.GateFunction.RISK;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.RevokeOutcome;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.failure.FailureType;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.temporal.client.WorkflowStub;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * More messages than one run takes, in every state that waits: the gate continues as new and loses
 * none. One message in a hundred has to be looked at; the rest is junk, which costs a count each.
 */
class FloodTests extends GateScenario {
  private static final int MESSAGES = 1_020;
  private int sent;

  private void flood(WorkflowStub gate) {
    for (int i = 0; i < MESSAGES; i++) {
      if (i % 100 == 0) {
        ObjectNode letter = (ObjectNode) Letters.refused(FailureType.OVER_AGE);
        gate.signal("signOff", letter.put("n", sent++));
      } else {
        gate.signal("signOff", "junk");
      }
    }
  }

  /** Waits until another run has everything that was sent, each looked at once. */
  private void nothingIsLost(WorkflowStub gate, String firstRun, int floods) {
    // No query before the next run is there: the test server loses a run that ends with one.
    assertThat(stage.continuedFrom(gate, firstRun)).isEqualTo(firstRun);
    int junk = floods * MESSAGES - sent;
    GateView view = stage.until(gate, v -> v.unreadable() == junk && v.refusals() == sent);
    assertThat(view.unreadable()).isEqualTo(junk);
    List<String> looked =
        world.asked(AssessRequest.class).stream()
            .map(AssessRequest::envelope)
            .filter(e -> e.contains("OVER_AGE"))
            .toList();
    assertThat(looked).hasSize(sent).doesNotHaveDuplicates();
  }

  private String run(WorkflowStub gate) {
    return gate.describe().getExecution().getRunId();
  }

  @Test
  void whileItIsChecked() {
    world.check =
        (name, r) ->
            name.startsWith("risk")
                ? whenOpen(new CheckVerdict(name, "pass", "fine", World.digest(name)))
                : new CheckVerdict(name, "pass", "fine", World.digest(name));
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.CHECKING);
    String first = run(gate);
    flood(gate);
    nothingIsLost(gate, first, 1);
    latch.countDown();
    GateView view = stage.until(gate, GateState.AWAITING_SIGN_OFF);
    assertThat(view.round()).isEqualTo(1);
    assertThat(view.checks())
        .extracting(CheckVerdict::check)
        .containsExactlyElementsOf(Rules.CHECKS);
    assertThat(world.asked(CheckRequest.class)).containsOnly(new CheckRequest(ONE, 1));
  }

  @Test
  void whilePeopleAreAwaitedAndWhileItIsLiveAndSuspended() {
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    String first = run(gate);
    flood(gate);
    nothingIsLost(gate, first, 1);
    Stage.approve(gate);
    GateView live = stage.until(gate, GateState.LIVE);
    String second = run(gate);
    assertThat(second).isNotEqualTo(first);
    assertThat(world.asked(GrantRequest.class)).containsExactly(new GrantRequest(ONE, 1, first));
    flood(gate);
    nothingIsLost(gate, second, 2);
    assertThat(stage.until(gate, GateState.LIVE).expiresAt()).isEqualTo(live.expiresAt());
    Stage.order(gate, OrderKind.SUSPEND, ONE);
    GateView suspended = stage.until(gate, GateState.SUSPENDED);
    String third = run(gate);
    flood(gate);
    nothingIsLost(gate, third, 3);
    assertThat(Stage.view(gate).waitsUntil()).isEqualTo(suspended.waitsUntil());
    assertThat(stage.result(gate).state()).isEqualTo(GateState.EXPIRED);
  }

  @Test
  void whileItsWorkloadIsAwaited() {
    world.identity =
        r -> {
          throw failing(FailureType.IDENTITY_NOT_PROVED);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    stage.until(gate, GateState.GRANTING);
    String first = run(gate);
    flood(gate);
    nothingIsLost(gate, first, 1);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.EXPIRED);
  }

  @Test
  void whileItsRoleIsWritten() {
    world.grant =
        r -> {
          throw failing(FailureType.VAULT_UNAVAILABLE);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    stage.untilAsked(GrantRequest.class, r -> true);
    String first = run(gate);
    flood(gate);
    nothingIsLost(gate, first, 1);
    world.grant = world::granted;
    stage.temporal.sleep(java.time.Duration.ofMinutes(1));
    assertThat(stage.until(gate, GateState.LIVE).generation()).isEqualTo(1);
  }

  @Test
  void whileItIsRevoked() {
    world.revoke =
        r -> {
          throw failing(FailureType.REVOCATION_UNPROVED);
        };
    WorkflowStub gate = stage.live(ONE);
    Stage.order(gate, OrderKind.RETIRE, ONE);
    stage.until(gate, GateState.REVOKING);
    String first = run(gate);
    flood(gate);
    nothingIsLost(gate, first, 1);
    world.revoke = r -> new RevokeOutcome(world.now(), List.of());
    assertThat(stage.result(gate).state()).isEqualTo(GateState.RETIRED);
    assertThat(world.asked(RevokeRequest.class))
        .containsOnly(new RevokeRequest(ONE, 1, GateState.RETIRED, "op@example.com orders retire"));
  }

  @Test
  void anUpdateThatIsOpenHoldsTheNextRunBackUntilItIsAnswered() {
    world.assess = r -> r.envelope().contains("risk") ? whenOpen(world.weigh(r)) : world.weigh(r);
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    String first = run(gate);
    CompletableFuture<Receipt> answer =
        CompletableFuture.supplyAsync(
            () -> gate.update("submitSignOff", Receipt.class, Letters.approve(RISK)));
    stage.untilAsked(AssessRequest.class, r -> true);
    flood(gate);
    latch.countDown();
    assertThat(answer.join().decision().awaiting()).containsExactly("mlops", "security");
    nothingIsLost(gate, first, 1);
    assertThat(Stage.view(gate).said()).hasSize(1);
  }
}
