package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.policy.GateFunction.RISK;
import static io.countersign.policy.GateFunction.SECURITY;
import static io.countersign.signoff.SignOffDecision.REJECT;
import static io.countersign.signoff.SignOffDecision.TAKE_BACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.GrantActivities.Drift;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.GrantStatus;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.GrantActivities.WatchReport;
import io.countersign.activity.GrantActivities.WatchRequest;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A live release: what ends its access, and what only makes noise. */
class LiveTests extends GateScenario {
  private WorkflowStub suspended() {
    WorkflowStub gate = stage.live(ONE);
    Stage.order(gate, OrderKind.SUSPEND, ONE);
    stage.until(gate, GateState.SUSPENDED);
    return gate;
  }

  @Test
  void aTakeBackSuspendsAtOnce() {
    WorkflowStub gate = stage.live(ONE);
    gate.signal("signOff", Letters.say(TAKE_BACK, RISK, "risk@example.com"));
    GateView view = stage.until(gate, GateState.SUSPENDED);
    assertThat(view.reasonType()).isEqualTo(FailureType.TAKEN_BACK);
    assertThat(view.revokedAt()).isNotNull();
    assertThat(view.slot()).isNull();
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(
            new RevokeRequest(ONE, 1, GateState.SUSPENDED, "risk@example.com take-back risk"));
  }

  @Test
  void aRejectSuspendsAtOnceAndALateApprovalDoesNot() {
    WorkflowStub gate = stage.live(ONE);
    gate.signal("signOff", Letters.approve(SECURITY));
    assertThat(stage.until(gate, v -> v.said().size() == 4).state()).isEqualTo(GateState.LIVE);
    gate.signal("signOff", Letters.say(REJECT, RISK, "risk@example.com"));
    stage.until(gate, GateState.SUSPENDED);
  }

  @Test
  void aRestoredReleaseIsGrantedAnewAndExpiresByItsNewGrant() {
    WorkflowStub gate = suspended();
    Stage.order(gate, OrderKind.RESTORE, ONE);
    GateView view = stage.until(gate, GateState.LIVE);
    assertThat(view.generation()).isEqualTo(2);
    assertThat(view.waitsUntil()).isNull();
    assertThat(world.asked(GrantRequest.class))
        .extracting(GrantRequest::generation)
        .containsExactly(1, 2);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.EXPIRED);
    assertThat(world.asked(RevokeRequest.class))
        .extracting(RevokeRequest::generation)
        .containsExactly(1, 2);
  }

  @Test
  void aRefusedRestorationWaitsOnAndKeepsItsDeadline() {
    WorkflowStub gate = suspended();
    Instant until = Stage.view(gate).waitsUntil();
    world.grant = r -> World.notGranted(GrantStatus.REFUSED, FailureType.SUBJECT_CHANGED, null);
    stage.temporal.sleep(Duration.ofHours(5));
    Stage.order(gate, OrderKind.RESTORE, ONE);
    GateView view =
        stage.until(
            gate,
            v -> v.state() == GateState.SUSPENDED && v.reasonType() == FailureType.SUBJECT_CHANGED);
    assertThat(view.waitsUntil()).isEqualTo(until);
    assertThat(world.asked(RevokeRequest.class))
        .last()
        .isEqualTo(new RevokeRequest(ONE, 2, GateState.SUSPENDED, "not now"));
    GateView end = stage.result(gate);
    assertThat(end.state()).isEqualTo(GateState.EXPIRED);
    assertThat(world.told(EntryKind.COMPLETE)).isBetween(until, until.plus(Duration.ofDays(1)));
  }

  @Test
  void aRestorationThatMeetsAFreezeDoesNotOutliveTheDeadline() {
    WorkflowStub gate = suspended();
    Instant until = Stage.view(gate).waitsUntil();
    world.grant =
        r ->
            new io.countersign.activity.GrantActivities.GrantOutcome(
                GrantStatus.FROZEN,
                null,
                null,
                null,
                null,
                FailureType.NOT_NOW,
                "frozen",
                null,
                world.now().plus(Duration.ofDays(20)),
                null);
    Stage.order(gate, OrderKind.RESTORE, ONE);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.EXPIRED);
    assertThat(world.told(EntryKind.COMPLETE)).isBetween(until, until.plus(Duration.ofDays(1)));
  }

  @Test
  void aSuspensionThatNobodyEndsExpires() {
    WorkflowStub gate = suspended();
    Instant until = Stage.view(gate).waitsUntil();
    GateView end = stage.result(gate);
    assertThat(end.state()).isEqualTo(GateState.EXPIRED);
    assertThat(until)
        .isBetween(end.revokedAt(), end.revokedAt().plus(Duration.ofDays(3)).plusSeconds(5));
    assertThat(until).isAfter(end.revokedAt().plus(Duration.ofDays(2)));
  }

  @Test
  void aSuspendedReleaseIsRetiredOrRolledBack() {
    WorkflowStub gate = suspended();
    Stage.order(gate, OrderKind.ROLLBACK, ONE);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.ROLLED_BACK);
  }

  @Test
  void aRetiredReleaseLosesItsAccess() {
    WorkflowStub gate = stage.live(ONE);
    Stage.order(gate, OrderKind.RETIRE, ONE);
    assertThat(stage.result(gate).state()).isEqualTo(GateState.RETIRED);
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(
            new RevokeRequest(ONE, 1, GateState.RETIRED, "op@example.com orders retire"));
  }

  @Test
  void aWiderScopeSuspends() {
    world.watch = r -> new WatchReport(Drift.WIDENED, "sudo appeared", null, false);
    WorkflowStub gate = stage.live(ONE);
    stage.temporal.sleep(Duration.ofHours(13));
    GateView view = stage.until(gate, GateState.SUSPENDED);
    assertThat(view.reasonType()).isEqualTo(FailureType.SCOPE_CHANGED);
    assertThat(view.reason()).isEqualTo("sudo appeared");
    assertThat(world.asked(WatchRequest.class)).containsExactly(new WatchRequest(ONE, 1));
  }

  @Test
  void aWithdrawnSupplierSuspends() {
    String why = "supplier acme of scores is withdrawn: breach";
    world.watch = r -> new WatchReport(Drift.SUPPLIER_WITHDRAWN, why, null, false);
    WorkflowStub gate = stage.live(ONE);
    stage.temporal.sleep(Duration.ofHours(13));
    GateView view = stage.until(gate, GateState.SUSPENDED);
    assertThat(view.reasonType()).isEqualTo(FailureType.SUPPLIER_WITHDRAWN);
    assertThat(view.reason()).isEqualTo(why);
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(new RevokeRequest(ONE, 1, GateState.SUSPENDED, why));
  }

  @Test
  void aNarrowerScopeOnlyTells() {
    world.watch = r -> new WatchReport(Drift.NARROWED, "a comment", null, false);
    WorkflowStub gate = stage.live(ONE);
    stage.temporal.sleep(Duration.ofHours(25));
    GateView view = stage.until(gate, v -> v.trouble() != null);
    assertThat(view.state()).isEqualTo(GateState.LIVE);
    assertThat(world.asked(WatchRequest.class)).hasSize(2);
  }

  @Test
  void aWatchThatCannotLookIsAnAlarmAndNeverASuspension() {
    world.watch = r -> new WatchReport(Drift.COULD_NOT_LOOK, "Vault is sealed", null, false);
    WorkflowStub gate = stage.live(ONE);
    stage.temporal.sleep(Duration.ofHours(25));
    assertThat(Stage.view(gate).state()).isEqualTo(GateState.LIVE);
    assertThat(world.asked(Telling.class))
        .containsExactly(
            new Telling(ONE, EntryKind.ALARM, "alarm/1/1", GateState.LIVE, "Vault is sealed"),
            new Telling(ONE, EntryKind.ALARM, "alarm/1/2", GateState.LIVE, "Vault is sealed"));
    world.watch = r -> new WatchReport(Drift.NONE, "", null, false);
    stage.temporal.sleep(Duration.ofHours(12));
    assertThat(stage.until(gate, v -> v.trouble() == null).state()).isEqualTo(GateState.LIVE);
  }

  @Test
  void neitherAnOrderNorTheEndOfValidityWaitsForAVaultThatIsAway() {
    world.watch =
        r -> {
          throw failing(FailureType.VAULT_UNAVAILABLE);
        };
    WorkflowStub gate = stage.live(ONE);
    stage.temporal.sleep(Duration.ofHours(12).plusSeconds(5));
    stage.untilAsked(WatchRequest.class, r -> true);
    Stage.order(gate, OrderKind.SUSPEND, ONE);
    stage.until(gate, GateState.SUSPENDED);
    assertThat(world.asked(Telling.class)).isEmpty();
  }

  @Test
  void aWatchThatFailsForAQuarterOfAnHourIsAnAlarm() {
    world.watch =
        r -> {
          throw failing(FailureType.VAULT_UNAVAILABLE);
        };
    WorkflowStub gate = stage.live(ONE);
    stage.temporal.sleep(Duration.ofHours(12).plusMinutes(20));
    stage.untilAsked(Telling.class, t -> t.kind() == EntryKind.ALARM);
    assertThat(Stage.view(gate).state()).isEqualTo(GateState.LIVE);
  }

  @Test
  void theEndOfValidityDoesNotWaitForARecordThatIsAway() {
    WorkflowStub gate = stage.live(ONE);
    Instant expiresAt = Stage.view(gate).expiresAt();
    stage.temporal.sleep(Duration.ofDays(29).plusHours(13));
    world.assess =
        r -> {
          throw failing(FailureType.DATABASE_UNAVAILABLE);
        };
    gate.signal("signOff", Letters.approve(RISK));
    stage.temporal.sleep(Duration.ofHours(12));
    RevokeRequest revoked =
        stage.untilAsked(RevokeRequest.class, r -> r.next() == GateState.EXPIRED);
    assertThat(revoked.generation()).isEqualTo(1);
    assertThat(Stage.view(gate).revokedAt()).isBetween(expiresAt, expiresAt.plusSeconds(60));
    world.assess = world::weigh;
    stage.result(gate);
    assertThat(Stage.view(gate).said()).hasSize(4);
  }
}
