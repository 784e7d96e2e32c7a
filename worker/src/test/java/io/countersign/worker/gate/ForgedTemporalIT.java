package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.SecretText;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.demo.Intruder;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Write access to Temporal is never approval power (I3): with nothing but its public command. */
class ForgedTemporalIT {
  private static final String APPROVED =
      "\"decision\":{\"status\":\"APPROVED\",\"people\":[],\"checks\":[]}";

  private final Life life = new Life();
  private final Intruder intruder = life.intruder();

  @AfterEach
  void letTheWorkerWorkAgain() {
    life.standDown();
  }

  @Test
  void aForgedApprovalGrantsNothing() {
    ReleaseId id = life.awaiting("forged-1");
    answer(
        id,
        "Assess",
        () -> life.house.approve(id, "mara@example.com", GateFunction.MLOPS),
        "{\"signOff\":\"approve\",\"function\":\"mlops\",\"detail\":\"x\"," + APPROVED + "}");
    GateView view =
        Gatehouse.await(
            () -> life.house.view(id),
            seen -> seen.state() == GateState.AWAITING_SIGN_OFF && seen.reason() != null);
    assertThat(view.generation()).isEqualTo(1);
    assertThat(life.login(id)).isEmpty();
    withdraw(id);
  }

  @Test
  void aForgedGrantSaysLiveAndOpensNothing() {
    ReleaseId id = life.awaiting("forged-2");
    life.house.approve(id, "mara@example.com", GateFunction.MLOPS);
    life.house.approve(id, "sven@example.com", GateFunction.SECURITY);
    Gatehouse.await(() -> life.house.view(id), seen -> seen.said().size() == 2);
    Instant end = Instant.now().plusSeconds(3600);
    // Two activities in a row are answered by the intruder: the last voice, then the grant.
    life.standIn();
    life.house.approve(id, "sina@example.com", GateFunction.SECURITY);
    complete(
        id,
        "Assess",
        "{\"signOff\":\"approve\",\"function\":\"risk\",\"detail\":\"x\"," + APPROVED + "}");
    complete(
        id,
        "Grant",
        ("{\"status\":\"GRANTED\",\"slot\":\"a\",\"grantId\":\"x\",\"liveAt\":\"%s\","
                + "\"expiresAt\":\"%s\",\"detail\":\"forged\"}")
            .formatted(Instant.now(), end));
    life.house.await(id, GateState.LIVE);
    assertThat(life.login(id)).isEmpty();
    life.standDown();
    assertThat(life.house.await(id, GateState.SUSPENDED).reason()).contains("no live grant");
    assertThat(life.login(id)).isEmpty();
    life.retire(id);
  }

  @Test
  void aResultThatCannotBeReadDoesNotWedgeALiveGate() {
    ReleaseId id = life.live("forged-3");
    SecretText token = life.token(id);
    for (String junk : new String[] {"\"junk\"", "{}", "[]", "{\"drift\":7}"}) {
      life.standIn();
      complete(id, "Watch", junk);
    }
    life.standDown();
    life.takeBack(id);
    life.house.await(id, GateState.SUSPENDED);
    life.assertDead(id, token);
    life.retire(id);
  }

  @Test
  void aRevocationThatSomebodyElseEndsInFailureIsMadeAgain() {
    ReleaseId id = life.live("forged-4");
    SecretText token = life.token(id);
    life.standIn();
    life.takeBack(id);
    complete(id, "Assess", "{\"signOff\":\"take-back\",\"function\":\"mlops\",\"detail\":\"x\"}");
    pending(id, "Revoke");
    life.sabotage();
    GateView view =
        Gatehouse.await(
            () -> life.house.view(id),
            seen -> seen.state() == GateState.REVOKING && seen.trouble() != null);
    assertThat(view.trouble()).contains("not proved");
    life.standDown();
    life.house.await(id, GateState.SUSPENDED);
    life.assertDead(id, token);
    life.retire(id);
  }

  @Test
  void aResetForgetsNoTakeBackAndTheReleaseStaysSuspended() {
    ReleaseId id = life.live("forged-5");
    SecretText token = life.token(id);
    life.takeBack(id);
    life.house.await(id, GateState.SUSPENDED);
    intruder.resetToStart(id.workflowId());
    GateView view =
        Gatehouse.await(
            () -> life.house.view(id),
            seen -> seen.state() == GateState.SUSPENDED && seen.reason().contains("record"));
    assertThat(view.decision().awaiting()).containsExactly("mlops");
    life.assertDead(id, token);
    // The version is not lost: what was taken back can be given again, and an order restores.
    life.house.approve(id, "mara@example.com", GateFunction.MLOPS);
    Gatehouse.await(() -> life.house.view(id), seen -> seen.decision().awaiting().isEmpty());
    life.order(id, OrderKind.RESTORE);
    life.house.await(id, GateState.LIVE);
    assertThat(life.works(token)).isFalse();
    life.token(id);
    life.retire(id);
  }

  @Test
  void aResetOrASecondRunOfWhatWasRolledBackGrantsNothing() {
    ReleaseId id = life.live("forged-6");
    SecretText token = life.token(id);
    life.order(id, OrderKind.ROLLBACK);
    life.house.await(id, GateState.ROLLED_BACK);
    JsonNode input = intruder.input(id.workflowId());
    intruder.resetToStart(id.workflowId());
    assertThat(life.house.await(id, GateState.REJECTED).reason()).contains("ENDED");
    life.assertDead(id, token);
    intruder.startAgain(id.workflowId(), input);
    Gatehouse.await(() -> intruder.closed(id.workflowId()), closed -> closed);
    life.house.await(id, GateState.REJECTED);
    life.assertDead(id, token);
  }

  @Test
  void aSecondRunOfALiveReleaseGoesOnWithItsOneRole() {
    ReleaseId id = life.live("forged-7");
    SecretText token = life.token(id);
    GateView before = life.house.view(id);
    intruder.resetToStart(id.workflowId());
    sameGrant(before, life.house.await(id, GateState.LIVE));
    assertThat(life.works(token)).isTrue();
    intruder.startAgain(id.workflowId(), intruder.input(id.workflowId()));
    sameGrant(before, life.house.await(id, GateState.LIVE));
    assertThat(life.works(token)).isTrue();
    assertThat(life.sweep().findings()).isEmpty();
    life.order(id, OrderKind.RETIRE);
    life.house.await(id, GateState.RETIRED);
    life.assertDead(id, token);
  }

  @Test
  void aResetAfterARecheckGoesOnWithTheRoundThatCounts() {
    ReleaseId id = life.awaiting("forged-8");
    life.order(id, OrderKind.RECHECK);
    Gatehouse.await(
        () -> life.house.view(id),
        seen -> seen.round() == 2 && seen.state() == GateState.AWAITING_SIGN_OFF);
    intruder.resetToStart(id.workflowId());
    Gatehouse.await(
        () -> life.house.view(id),
        seen -> seen.state() == GateState.AWAITING_SIGN_OFF && seen.round() == 2);
    life.approveAll(id);
    life.house.await(id, GateState.LIVE);
    life.retire(id);
  }

  private static void sameGrant(GateView before, GateView after) {
    assertThat(after.grantId()).isEqualTo(before.grantId());
    assertThat(after.expiresAt()).isEqualTo(before.expiresAt());
  }

  private void answer(ReleaseId id, String activity, Runnable trigger, String result) {
    life.standIn();
    trigger.run();
    complete(id, activity, result);
    life.standDown();
  }

  private void complete(ReleaseId id, String activity, String result) {
    intruder.complete(id.workflowId(), pending(id, activity), result);
  }

  private String pending(ReleaseId id, String activity) {
    return Gatehouse.await(() -> intruder.pending(id.workflowId(), activity), Optional::isPresent)
        .orElseThrow();
  }

  private void withdraw(ReleaseId id) {
    life.order(id, OrderKind.WITHDRAW);
    life.house.await(id, GateState.WITHDRAWN);
  }
}
