package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.activities.port.SecretText;
import io.countersign.activity.Submission;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Outages lose and double nothing (I8, I12), and no message wedges a gate. */
class GoesOnIT {
  private final Life life = new Life();
  private final Gatehouse house = life.house;

  @Test
  void aSealedVaultHoldsAGrantUpAndARevocationOpenUntilItIsUnsealed() {
    ReleaseId id = life.awaiting("sealed-1");
    house.engines.vault().seal();
    life.approveAll(id);
    assertThat(house.await(id, GateState.GRANTING).grantId()).isNull();
    house.engines.vault().unseal();
    house.await(id, GateState.LIVE);
    SecretText token = life.token(id);

    house.engines.vault().seal();
    life.takeBack(id);
    GateView view = house.await(id, GateState.REVOKING);
    assertThat(view.revokedAt()).isNull();
    house.engines.vault().unseal();
    assertThat(life.works(token)).as("not revoked, and not said to be").isTrue();
    house.await(id, GateState.SUSPENDED);
    life.assertDead(id, token);
    life.retire(id);
  }

  @Test
  void aReleaseThatIsStartedTwiceHasOneRunAndOneGrant() {
    Submission submission =
        house.submission(house.manifest("2026.11.1", "twice-1"), "pia@example.com");
    house.start(submission);
    assertThatThrownBy(() -> house.start(submission))
        .isInstanceOf(WorkflowExecutionAlreadyStarted.class);
    ReleaseId id = submission.release();
    house.await(id, GateState.AWAITING_SIGN_OFF);
    life.order(id, OrderKind.WITHDRAW);
    house.await(id, GateState.WITHDRAWN);
  }

  @Test
  void aWorkerThatStopsInTheMiddleAndAServerThatIsKilledLoseNothing() {
    ReleaseId id = life.awaiting("killed-1");
    List<String> voices =
        List.of(
            house.signOff(id, "mara@example.com", GateFunction.MLOPS, SignOffDecision.APPROVE),
            house.signOff(id, "sven@example.com", GateFunction.SECURITY, SignOffDecision.APPROVE),
            house.signOff(id, "rita@example.com", GateFunction.RISK, SignOffDecision.APPROVE));
    house.stopWorker();
    voices.forEach(voice -> house.signal(id, "signOff", voice));
    house.startWorker();
    house.await(id, GateState.LIVE);
    SecretText token = life.token(id);
    String no =
        house.signOff(id, "mara@example.com", GateFunction.MLOPS, SignOffDecision.TAKE_BACK);
    house.engines.temporal().kill();
    house.engines.temporal().start();
    house.signal(id, "signOff", no);
    house.await(id, GateState.SUSPENDED);
    life.assertDead(id, token);
    life.retire(id);
  }

  @Test
  void aFloodOfJunkOfEveryKindWedgesNothing() {
    ReleaseId id = life.awaiting("flood-1");
    WorkflowStub gate = house.client.newUntypedWorkflowStub(id.workflowId());
    String big = "x".repeat(1_900_000);
    gate.signal("signOff", big);
    gate.signal("order", JsonNodeFactory.instance.objectNode().put("payload", big));
    Object[] junk = {
      null, "", 7, List.of(), new byte[] {0, -1}, JsonNodeFactory.instance.objectNode(), "{\"a\":1}"
    };
    IntStream.range(0, 1_200)
        .parallel()
        .forEach(i -> gate.signal(i % 2 == 0 ? "signOff" : "order", junk[i % junk.length]));
    gate.signal("signOff");
    gate.signal("order", "two", "arguments");
    gate.signal("noSuchSignal", "x");
    life.approveAll(id);
    GateView view = house.await(id, GateState.LIVE);
    assertThat(view.unreadable()).isGreaterThan(900);
    SecretText token = life.token(id);
    life.takeBack(id);
    house.await(id, GateState.SUSPENDED);
    life.assertDead(id, token);
    life.retire(id);
    Gatehouse.await(() -> life.intruder().closed(id.workflowId()), closed -> closed);
    assertThatThrownBy(() -> gate.signal("signOff", "x"))
        .isInstanceOf(WorkflowNotFoundException.class);
  }

  @Test
  void aTakeBackThatIsSentAgainAfterTheRestorationIsRefused() {
    ReleaseId id = life.live("again-1");
    SecretText token = life.token(id);
    String no =
        house.signOff(id, "mara@example.com", GateFunction.MLOPS, SignOffDecision.TAKE_BACK);
    house.signal(id, "signOff", no);
    house.signal(id, "signOff", no);
    house.await(id, GateState.SUSPENDED);
    life.assertDead(id, token);
    life.order(id, OrderKind.RESTORE);
    GateView refused = Gatehouse.await(() -> house.view(id), seen -> seen.refusals() == 1);
    assertThat(refused.state()).as("requirements are not met").isEqualTo(GateState.SUSPENDED);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    Gatehouse.await(() -> house.view(id), seen -> seen.decision().awaiting().isEmpty());
    GateView suspended = house.view(id);
    life.order(id, OrderKind.RESTORE);
    GateView live = house.await(id, GateState.LIVE);
    assertThat(live.expiresAt()).as("the validity runs on").isEqualTo(suspended.expiresAt());
    SecretText restored = life.token(id);
    house.signal(id, "signOff", no);
    GateView after = Gatehouse.await(() -> house.view(id), seen -> seen.refusals() == 2);
    assertThat(after.state()).isEqualTo(GateState.LIVE);
    assertThat(life.works(restored)).isTrue();
    life.retire(id);
  }
}
