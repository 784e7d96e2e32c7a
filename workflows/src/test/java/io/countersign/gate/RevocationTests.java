package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.policy.GateFunction.RISK;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.GrantActivities.RevokeOutcome;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** "Revoked" is said after the proof, and until then the release is open and loud. */
class RevocationTests extends GateScenario {
  private void unprovable() {
    world.revoke =
        r -> {
          throw failing(FailureType.REVOCATION_UNPROVED);
        };
  }

  private List<Telling> alarms() {
    return world.asked(Telling.class).stream().filter(t -> t.kind() == EntryKind.ALARM).toList();
  }

  @Test
  void anUnprovedRevocationStaysOpenGetsLoudAndAnswers() {
    unprovable();
    WorkflowStub gate = stage.live(ONE);
    Stage.order(gate, OrderKind.RETIRE, ONE);
    stage.until(gate, GateState.REVOKING);
    stage.temporal.sleep(Duration.ofMinutes(6));
    Telling alarm = stage.untilAsked(Telling.class, t -> t.kind() == EntryKind.ALARM);
    assertThat(alarm.key()).isEqualTo("alarm/1/1");
    assertThat(alarm.state()).isEqualTo(GateState.REVOKING);
    assertThat(alarm.detail()).contains("may live until " + Stage.view(gate).expiresAt());
    Receipt receipt = gate.update("submitSignOff", Receipt.class, Letters.approve(RISK));
    assertThat(receipt.state()).isEqualTo(GateState.REVOKING);
    stage.temporal.sleep(Duration.ofDays(2));
    GateView open = Stage.view(gate);
    assertThat(open.state()).isEqualTo(GateState.REVOKING);
    assertThat(open.revokedAt()).isNull();
    assertThat(open.trouble()).contains("not proved");
    assertThat(alarms()).hasSizeBetween(24, 60);
    assertThat(alarms()).extracting(Telling::key).doesNotHaveDuplicates();
    world.revoke = r -> new RevokeOutcome(world.now(), List.of("fraud-read"));
    GateView end = stage.result(gate);
    assertThat(end.state()).isEqualTo(GateState.RETIRED);
    assertThat(end.revokedAt()).isNotNull();
    assertThat(end.trouble()).isEqualTo("Rotate what was read through fraud-read.");
  }

  @Test
  void aRecordThatDoesNotTakeTheAlarmHoldsNothingUp() {
    unprovable();
    world.tell =
        t -> {
          throw failing(FailureType.DATABASE_UNAVAILABLE);
        };
    WorkflowStub gate = stage.live(ONE);
    Stage.order(gate, OrderKind.RETIRE, ONE);
    stage.until(gate, GateState.REVOKING);
    stage.temporal.sleep(Duration.ofMinutes(10));
    world.revoke = r -> new RevokeOutcome(world.now(), List.of());
    stage.temporal.sleep(Duration.ofMinutes(1));
    stage.until(gate, GateState.RETIRED);
    world.tell = t -> null;
    assertThat(stage.result(gate).state()).isEqualTo(GateState.RETIRED);
  }

  @Test
  void anOrderDuringASuspensionsRevocationLeadsToItsOwnEnd() {
    world.revoke = r -> whenOpen(new RevokeOutcome(world.now(), List.of()));
    WorkflowStub gate = stage.live(ONE);
    Stage.order(gate, OrderKind.SUSPEND, ONE);
    stage.until(gate, GateState.REVOKING);
    Stage.order(gate, OrderKind.RETIRE, ONE);
    stage.until(gate, v -> v.said().size() == 5);
    latch.countDown();
    assertThat(stage.result(gate).state()).isEqualTo(GateState.RETIRED);
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(
            new RevokeRequest(ONE, 1, GateState.SUSPENDED, "op@example.com orders suspend"),
            new RevokeRequest(ONE, 1, GateState.RETIRED, "op@example.com orders retire"));
  }

  @Test
  void aLaterOrderDoesNotSoftenAnEnd() {
    world.revoke = r -> whenOpen(new RevokeOutcome(world.now(), List.of()));
    WorkflowStub gate = stage.live(ONE);
    Stage.order(gate, OrderKind.RETIRE, ONE);
    stage.until(gate, GateState.REVOKING);
    Stage.order(gate, OrderKind.SUSPEND, ONE);
    stage.until(gate, v -> v.said().size() == 5);
    latch.countDown();
    assertThat(stage.result(gate).state()).isEqualTo(GateState.RETIRED);
  }
}
