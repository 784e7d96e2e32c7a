package io.countersign.activities.sweep;

import static io.countersign.activities.sweep.SweepWorld.only;
import static io.countersign.activities.sweep.SweepWorld.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.WorkflowDirectory.Presence;
import io.countersign.activities.release.Standing;
import io.countersign.activity.GateJson;
import io.countersign.activity.SweepReport;
import io.countersign.activity.SweepReport.Reason;
import io.countersign.activity.SweepReport.Result;
import io.countersign.activity.SweepReport.Status;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.record.EntryKind;
import io.countersign.record.GrantState;
import io.countersign.record.IdentityProof;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the sweeper takes away, and what it leaves (invariants I7, I8). */
class SweepingTests {
  private static final ReleaseId ONE = release(0, "1");
  private static final ReleaseId TWO = release(0, "2");

  private final SweepWorld world = new SweepWorld();

  @Test
  void leavesALiveReleaseWhoseWorkflowRuns() {
    String token = world.live(ONE);
    SweepReport report = world.sweep();
    assertThat(report.status()).isEqualTo(Status.DONE);
    assertThat(report.grants()).isEqualTo(1);
    assertThat(report.slots()).isEqualTo(12);
    assertThat(report.findings()).isEmpty();
    assertThat(report.trouble()).isEmpty();
    world.assertUntouched(ONE, token);
    assertThat(world.broker.revocations).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"ENDED", "REPLACED"})
  void endsAReleaseWhoseWorkflowIsGoneAndLeavesItsNeighbour(Presence gone) {
    String dead = world.live(ONE);
    String alive = world.live(TWO);
    world.directory.says(ONE, gone);
    SweepReport report = world.sweep();
    assertThat(only(report).result()).isEqualTo(Result.REVOKED);
    assertThat(only(report).release()).isEqualTo(ONE);
    assertThat(only(report).reason().name()).isEqualTo("WORKFLOW_" + gone);
    assertThat(report.revoked()).isEqualTo(1);
    assertThat(report.trouble()).isEmpty();
    world.assertSwept(ONE, dead);
    world.assertUntouched(TWO, alive);
    assertThat(world.record.releases().status(ONE).orElseThrow().state()).isEqualTo("FAILED");
    assertThat(world.sweep().findings()).isEmpty();
  }

  @Test
  void believesAMissingWorkflowOnlyTheSecondTimeInARow() {
    String token = world.live(ONE);
    world.directory.says(ONE, Presence.NOT_FOUND);
    assertThat(only(world.sweep()).result()).isEqualTo(Result.LEFT);
    world.assertUntouched(ONE, token);
    world.directory.says(ONE, Presence.RUNNING);
    assertThat(world.sweep().findings()).isEmpty();
    world.directory.says(ONE, Presence.NOT_FOUND);
    assertThat(only(world.sweep()).result()).isEqualTo(Result.LEFT);
    world.assertUntouched(ONE, token);
    assertThat(only(world.sweep()).reason()).isEqualTo(Reason.WORKFLOW_MISSING);
    world.assertSwept(ONE, token);
  }

  @Test
  void asksOnceMoreBeforeItActs() {
    String token = world.live(ONE);
    world.directory.says(ONE, Presence.ENDED);
    world.directory.saysThen(ONE, Presence.RUNNING);
    assertThat(only(world.sweep()).result()).isEqualTo(Result.LEFT);
    world.assertUntouched(ONE, token);
  }

  @Test
  void endsWhatIsOverItsAgeAlthoughItsWorkflowRuns() {
    String token = world.live(ONE);
    world.clock.forward(SweepWorld.VALIDITY.plus(GrantReview.GRACE).minusMinutes(2));
    assertThat(world.sweep().findings()).isEmpty();
    world.assertUntouched(ONE, token);
    assertThat(only(world.sweep()).reason()).isEqualTo(Reason.OVER_AGE);
    world.assertSwept(ONE, token);
    assertThat(Standing.of(world.record, ONE)).isEqualTo(Standing.ENDED);
    assertThat(world.record.releases().status(ONE).orElseThrow().state()).isEqualTo("EXPIRED");
  }

  @Test
  void leavesAGrantThatIsBeingWrittenAndEndsItWhenNobodyWritesAnyMore() {
    world.writing(ONE);
    assertThat(world.sweep().findings()).isEmpty();
    assertThat(world.grant(ONE).state()).isEqualTo(GrantState.WRITING);
    String token = world.orphan(ONE, Slot.A);
    world.directory.says(ONE, Presence.ENDED);
    assertThat(world.sweep().revoked()).isEqualTo(1);
    world.assertSwept(ONE, token);
  }

  @Test
  void finishesARevocationThatNobodyIsLeftToFinish() {
    String token = world.live(ONE);
    world.ledger.append(
        ONE,
        EntryKind.REVOCATION,
        "revocation/1/ROLLED_BACK",
        body -> body.put("next", GateState.ROLLED_BACK.name()).put("reason", "an order"));
    world.record.grants().beginRevocation(ONE);
    assertThat(world.sweep().findings()).isEmpty();
    assertThat(world.vault.works(token)).isTrue();
    world.directory.says(ONE, Presence.ENDED);
    assertThat(only(world.sweep()).reason()).isEqualTo(Reason.REVOCATION_UNFINISHED);
    world.assertSwept(ONE, token);
    assertThat(world.record.releases().status(ONE).orElseThrow().state()).isEqualTo("ROLLED_BACK");
    assertThat(world.told(ONE)).filteredOn(told -> told.startsWith("REVOCATION ")).hasSize(1);
  }

  @Test
  void endsWhatTheRecordForbidsAlthoughAWorkflowRunsThatWasToldOtherwise() {
    String token = world.live(ONE);
    world.ledger.append(
        ONE,
        EntryKind.REVOCATION,
        "revocation/1/SUSPENDED",
        body -> body.put("next", GateState.SUSPENDED.name()).put("reason", "taken back"));
    assertThat(world.sweep().findings()).isEmpty();
    assertThat(world.vault.works(token)).isTrue();
    world.clock.forward(GrantReview.GRACE);
    assertThat(only(world.sweep()).reason()).isEqualTo(Reason.REVOCATION_UNFINISHED);
    world.assertSwept(ONE, token);
    assertThat(Standing.of(world.record, ONE)).isEqualTo(Standing.SUSPENDED);
  }

  @Test
  void endsARoleThatNoOpenGrantStandsBehind() {
    String alive = world.live(ONE);
    String dead = world.orphan(TWO, Slot.B);
    SweepReport report = world.sweep();
    assertThat(only(report).reason()).isEqualTo(Reason.ORPHAN_ROLE);
    assertThat(only(report).result()).isEqualTo(Result.REVOKED);
    assertThat(world.vault.works(dead)).isFalse();
    assertThat(world.vault.inspect(SystemRef.of(TWO), Slot.B).isEmpty()).isTrue();
    assertThat(world.kinds(TWO))
        .containsExactlyInAnyOrder(EntryKind.SWEEP, EntryKind.REVOCATION_PROVED);
    world.assertUntouched(ONE, alive);
  }

  @Test
  void endsARoleOfALiveReleaseInTheOtherSlot() {
    String alive = world.live(ONE);
    String dead = world.orphan(ONE, Slot.B);
    assertThat(world.sweep().revoked()).isEqualTo(1);
    assertThat(world.vault.works(dead)).isFalse();
    assertThat(world.vault.works(alive)).isTrue();
    assertThat(world.grant(ONE).state()).isEqualTo(GrantState.LIVE);
  }

  @Test
  void recordsTheSameOrphanAgainWhenItComesBack() {
    world.orphan(TWO, Slot.B);
    assertThat(world.sweep().revoked()).isEqualTo(1);
    world.orphan(TWO, Slot.B);
    assertThat(world.sweep().revoked()).isEqualTo(1);
    assertThat(world.told(TWO)).hasSize(4);
  }

  @Test
  void doesNotRevokeAStrangerTogetherWithTheLiveReleaseBesideIt() {
    String alive = world.live(ONE);
    String stranger = world.orphan(TWO, Slot.A);
    SweepReport report = world.sweep();
    assertThat(only(report).reason()).isEqualTo(Reason.SHARED_SLOT);
    assertThat(only(report).result()).isEqualTo(Result.REFUSED);
    assertThat(report.trouble()).contains(FailureType.RECORD_CONFLICT);
    assertThat(world.notices).hasSize(1);
    world.assertUntouched(ONE, alive);
    world.directory.says(ONE, Presence.ENDED);
    assertThat(world.sweep().revoked()).isEqualTo(1);
    world.assertSwept(ONE, alive);
    assertThat(world.vault.works(stranger)).isFalse();
  }

  @Test
  void endsTokensWithoutARole() {
    world.frozen(ONE);
    String token = world.live(ONE);
    world.record.grants().beginRevocation(ONE);
    world.vault.leaveTokensBehind(true);
    SystemRef system = SystemRef.of(ONE);
    try {
      world.vault.revoke(ONE, Slot.A);
    } catch (GateException unproved) {
      assertThat(unproved.type()).isEqualTo(FailureType.REVOCATION_UNPROVED);
    }
    world.vault.leaveTokensBehind(false);
    world
        .record
        .grants()
        .closeGrant(world.grant(ONE).grantId(), RecordFixture.PROOF, world.clock.instant());
    assertThat(world.vault.inspect(system, Slot.A).roles()).isEmpty();
    assertThat(world.vault.works(token)).isTrue();
    assertThat(only(world.sweep()).reason()).isEqualTo(Reason.ORPHAN_TOKENS);
    assertThat(world.vault.works(token)).isFalse();
  }

  @Test
  void leavesAProbeThatAReleaseWaitsForAndClosesItAfterwards() {
    SystemRef system = SystemRef.of(ONE);
    world.frozen(ONE);
    world.directory.says(ONE, Presence.RUNNING);
    world.vault.openProbe(system, Slot.A, SweepWorld.SUBJECT, SweepWorld.AUDIENCE);
    assertThat(world.sweep().findings()).isEmpty();
    assertThat(world.vault.inspect(system, Slot.A).isEmpty()).isFalse();
    world
        .record
        .identities()
        .recordIdentityProof(
            ONE,
            new IdentityProof(
                SweepWorld.SUBJECT, SweepWorld.AUDIENCE, "issuer", world.clock.instant()));
    assertThat(only(world.sweep()).reason()).isEqualTo(Reason.ORPHAN_PROBE);
    assertThat(world.vault.inspect(system, Slot.A).isEmpty()).isTrue();
  }

  @Test
  void closesTheProbeOfAReleaseWhoseWorkflowHasEnded() {
    SystemRef system = SystemRef.of(ONE);
    world.frozen(ONE);
    world.directory.says(ONE, Presence.ENDED);
    world.vault.openProbe(system, Slot.A, SweepWorld.SUBJECT, SweepWorld.AUDIENCE);
    world.vault.login(system, Slot.A, "probe", SweepWorld.SUBJECT, SweepWorld.AUDIENCE);
    assertThat(only(world.sweep()).result()).isEqualTo(Result.REVOKED);
    assertThat(world.vault.inspect(system, Slot.A).isEmpty()).isTrue();
  }

  @Test
  void lookAtASlotThatWasGivenAwayMeanwhileEndsNothing() {
    String orphan = world.orphan(TWO, Slot.A);
    world.frozen(ONE);
    world.broker.beforeRevoke =
        () ->
            assertThat(world.writing(ONE).slot())
                .as("a slot that is being cleaned is not given away")
                .isEqualTo(Slot.B);
    assertThat(world.sweep().revoked()).isEqualTo(1);
    assertThat(world.vault.works(orphan)).isFalse();
    assertThat(world.grant(ONE).state()).isEqualTo(GrantState.WRITING);
  }

  @Test
  void runsAlone() {
    String token = world.live(ONE);
    world.directory.says(ONE, Presence.ENDED);
    SweepReport busy = world.record.sweeps().alone(() -> world.sweeping.sweep()).orElseThrow();
    assertThat(busy.status()).isEqualTo(Status.BUSY);
    assertThat(busy.trouble()).isEmpty();
    world.assertUntouched(ONE, token);
  }

  @Test
  void travelsAsJson() throws Exception {
    world.live(ONE);
    world.directory.says(ONE, Presence.ENDED);
    SweepReport report = world.sweep();
    String json = GateJson.mapper().writeValueAsString(report);
    assertThat(GateJson.mapper().readValue(json, SweepReport.class)).isEqualTo(report);
    assertThat(json)
        .contains("\"reason\":\"WORKFLOW_ENDED\"", "\"result\":\"REVOKED\"", "\"slot\":\"a\"");
  }
}
