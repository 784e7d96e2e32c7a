package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.policy.GateFunction.MLOPS;
import static io.countersign.policy.GateFunction.RISK;
import static io.countersign.policy.GateFunction.SECURITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.failure.FailureType;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What arrives, by which door, and what comes back. */
class MessageTests extends GateScenario {
  private static RawValue raw(String encoding, byte[] data) {
    return new RawValue(
        Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8(encoding))
            .setData(ByteString.copyFrom(data))
            .build());
  }

  private static void refusedAs(
      FailureType type, org.assertj.core.api.ThrowableAssert.ThrowingCallable update) {
    assertThatThrownBy(update)
        .isInstanceOf(WorkflowUpdateException.class)
        .cause()
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo(type.name());
              assertThat(failure.isNonRetryable()).isTrue();
            });
  }

  @Test
  void anUpdateAnswersWhatIsStillMissing() {
    WorkflowStub gate = stage.submit(ONE);
    Receipt receipt = gate.update("submitSignOff", Receipt.class, Letters.approve(MLOPS));
    assertThat(receipt.release()).isEqualTo(ONE);
    assertThat(receipt.state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
    assertThat(receipt.statement()).isEqualTo(World.digest(Letters.approve(MLOPS).toString()));
    assertThat(receipt.decision().awaiting()).containsExactly("security", "risk");
    Receipt order =
        gate.update("submitOrder", Receipt.class, Letters.order(OrderKind.WITHDRAW, ONE));
    assertThat(order.state()).isEqualTo(GateState.WITHDRAWN);
  }

  @Test
  void aRefusalIsAFailedUpdateOfTheCataloguesType() {
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    refusedAs(
        FailureType.OWN_RELEASE,
        () ->
            gate.update("submitSignOff", Receipt.class, Letters.refused(FailureType.OWN_RELEASE)));
    refusedAs(
        FailureType.NOT_ALLOWED,
        () -> gate.update("submitOrder", Receipt.class, Letters.refused(FailureType.NOT_ALLOWED)));
    GateView view = Stage.view(gate);
    assertThat(view.refusals()).isEqualTo(2);
    assertThat(view.unreadable()).isZero();
    assertThat(view.state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
  }

  @Test
  void theSameMessageHasTheSameEffectByEitherDoor() {
    WorkflowStub bySignal = stage.submit(ONE);
    WorkflowStub byUpdate = stage.submit(Rules.TWO);
    stage.until(bySignal, GateState.AWAITING_SIGN_OFF);
    bySignal.signal("signOff", Letters.approve(MLOPS));
    byUpdate.update("submitSignOff", Receipt.class, Letters.approve(MLOPS));
    GateView one = stage.until(bySignal, v -> v.said().size() == 1);
    GateView two = stage.until(byUpdate, v -> v.said().size() == 1);
    assertThat(one.decision()).isEqualTo(two.decision());
    assertThat(one.said().get(0).what()).isEqualTo(two.said().get(0).what());
    assertThat(world.asked(AssessRequest.class))
        .extracting(AssessRequest::envelope)
        .containsOnly(Letters.approve(MLOPS).toString());
  }

  @Test
  void junkIsCountedAndNeverThrown() {
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    gate.signal("signOff");
    gate.signal("order", (Object) null);
    gate.signal("signOff", "not an object");
    gate.signal("signOff", raw("json/plain", new byte[0]));
    gate.signal("signOff", raw("json/plain", new byte[] {(byte) 0xff, (byte) 0xfe}));
    gate.signal(
        "order", raw("binary/plain", "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    gate.signal("order", raw("what/ever", new byte[] {1}));
    gate.signal("signOff", raw("json/plain", new byte[2 << 20]));
    gate.signal(
        "order",
        raw(
            "json/plain",
            ("{" + " ".repeat(1 << 16)).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    gate.signal("order", new RawValue(Payload.getDefaultInstance()));
    assertThat(stage.until(gate, v -> v.unreadable() == 10).refusals()).isZero();
    assertThat(world.asked(AssessRequest.class)).isEmpty();
    gate.signal(
        "signOff", raw("json/plain", "{half".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(stage.until(gate, v -> v.refusals() == 1).unreadable()).isEqualTo(10);
    refusedAs(
        FailureType.UNREADABLE, () -> gate.update("submitSignOff", Receipt.class, "not an object"));
    refusedAs(
        FailureType.OVERSIZED,
        () -> gate.update("submitOrder", Receipt.class, raw("json/plain", new byte[1 << 17])));
    gate.signal("wake");
    gate.signal("wake", "junk");
    Stage.approve(gate);
    stage.until(gate, GateState.LIVE);
  }

  @Test
  void messagesThatCameWithTheStartAreNotLost() {
    WorkflowStub gate =
        stage
            .temporal
            .getWorkflowClient()
            .newUntypedWorkflowStub(
                "ReleaseGate",
                WorkflowOptions.newBuilder()
                    .setWorkflowId(ONE.workflowId())
                    .setTaskQueue(ReleaseGate.TASK_QUEUE)
                    .build());
    gate.signalWithStart(
        "signOff",
        new Object[] {Letters.approve(MLOPS)},
        new Object[] {new GateInput(Stage.submission(ONE), null)});
    gate.signal("signOff", Letters.approve(SECURITY));
    gate.signal("signOff", Letters.approve(RISK));
    stage.until(gate, GateState.LIVE);
  }

  @Test
  void aMessageThatComesWhileTheEndIsToldIsAnswered() {
    world.tell = t -> whenOpen(null);
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.order(gate, OrderKind.WITHDRAW, ONE);
    stage.until(gate, GateState.WITHDRAWN);
    world.assess = r -> World.refused(FailureType.NOT_NOW);
    refusedAs(
        FailureType.NOT_NOW,
        () -> gate.update("submitSignOff", Receipt.class, Letters.approve(RISK)));
    latch.countDown();
    assertThat(stage.result(gate).state()).isEqualTo(GateState.WITHDRAWN);
  }

  @Test
  void anUpdateThatIsOpenWhenTheReleaseIsCancelledIsAnswered() {
    world.assess = r -> whenOpen(World.refused(FailureType.NOT_NOW));
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    CompletableFuture<Receipt> answer =
        CompletableFuture.supplyAsync(
            () -> gate.update("submitSignOff", Receipt.class, Letters.approve(RISK)));
    stage.untilAsked(AssessRequest.class, r -> true);
    gate.cancel();
    stage.until(gate, GateState.WITHDRAWN);
    latch.countDown();
    assertThatThrownBy(answer::join).hasRootCauseInstanceOf(ApplicationFailure.class);
  }

  @Test
  void aMessageThatMeetsADefectDoesNotHoldUpTheNext() {
    world.assess =
        r -> {
          if (r.envelope().contains("mlops")) {
            throw failing(FailureType.INTERNAL);
          }
          return world.weigh(r);
        };
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    gate.signal("signOff", Letters.approve(MLOPS));
    gate.signal("signOff", Letters.approve(RISK));
    assertThat(stage.until(gate, v -> v.said().size() == 1).refusals()).isEqualTo(1);
  }

  @Test
  void aSecondStartOfTheSameReleaseIsTheSameWorkflow() {
    stage.submit(ONE);
    assertThatThrownBy(() -> stage.submit(ONE))
        .isInstanceOf(io.temporal.client.WorkflowExecutionAlreadyStarted.class);
  }
}
