package io.countersign.activities.sweep;

import static io.countersign.activities.port.RecordFixture.refused;
import static io.countersign.activities.sweep.SweepWorld.only;
import static io.countersign.activities.sweep.SweepWorld.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.WorkflowDirectory.Presence;
import io.countersign.activity.SweepReport;
import io.countersign.activity.SweepReport.Finding;
import io.countersign.activity.SweepReport.Reason;
import io.countersign.activity.SweepReport.Result;
import io.countersign.activity.SweepReport.Status;
import io.countersign.failure.FailureType;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.GrantState;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the sweeper does not touch when something answers with errors, or when it would be much. */
class SweepingInTroubleTests {
  private static final ReleaseId ONE = release(0, "1");
  private static final ReleaseId TWO = release(1, "1");

  private final SweepWorld world = new SweepWorld();

  @Test
  void touchesNothingWhenTemporalIsAway() {
    String token = world.live(ONE);
    String orphan = world.orphan(TWO, Slot.A);
    world.directory.away(true);
    refused(FailureType.TEMPORAL_UNAVAILABLE, world::sweep);
    world.assertUntouched(ONE, token);
    assertThat(world.vault.works(orphan)).isTrue();
    assertThat(world.broker.revocations).isZero();
  }

  @Test
  void touchesNothingWhenTemporalAnswersNoQuestionAboutAnyGrant() {
    String token = world.live(ONE);
    String orphan = world.orphan(TWO, Slot.A);
    world.directory.silentAbout(ONE);
    refused(FailureType.TEMPORAL_UNAVAILABLE, world::sweep);
    world.assertUntouched(ONE, token);
    assertThat(world.vault.works(orphan)).isTrue();
  }

  @Test
  void leavesTheOneGrantThatTemporalAnswersWithAnErrorAbout() {
    String token = world.live(ONE);
    String dead = world.live(TWO);
    world.directory.silentAbout(ONE);
    world.directory.says(TWO, Presence.ENDED);
    SweepReport report = world.sweep();
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.revoked()).isEqualTo(1);
    assertThat(report.trouble()).contains(FailureType.TEMPORAL_UNAVAILABLE);
    world.assertUntouched(ONE, token);
    world.assertSwept(TWO, dead);
  }

  @Test
  void touchesNothingWhenVaultIsSealed() {
    String token = world.live(ONE);
    world.directory.says(ONE, Presence.ENDED);
    world.broker.ill(true);
    refused(FailureType.VAULT_UNAVAILABLE, world::sweep);
    world.broker.ill(false);
    world.assertUntouched(ONE, token);
  }

  @Test
  void leavesTheOneSlotThatVaultAnswersWithAnErrorAbout() {
    String token = world.live(ONE);
    String dead = world.live(TWO);
    world.directory.says(ONE, Presence.ENDED);
    world.directory.says(TWO, Presence.ENDED);
    world.broker.illAfter(SystemRef.of(ONE), 2);
    SweepReport report = world.sweep();
    assertThat(report.findings())
        .extracting(Finding::result)
        .containsExactly(Result.FAILED, Result.REVOKED);
    assertThat(report.trouble()).contains(FailureType.VAULT_UNAVAILABLE);
    world.assertUntouched(ONE, token);
    world.assertSwept(TWO, dead);
  }

  @Test
  void leavesALiveReleaseAloneWhenVaultFailsInTheMiddle() {
    String token = world.live(ONE);
    world.broker.illAfter(SystemRef.of(ONE), 1);
    SweepReport report = world.sweep();
    assertThat(report.failed()).isEqualTo(1);
    world.assertUntouched(ONE, token);
    assertThat(world.broker.revocations).isZero();
  }

  @Test
  void believesNothingOfAWrongNamespace() {
    List<ReleaseId> releases = new ArrayList<>();
    List<String> tokens = new ArrayList<>();
    for (int system = 0; system < 3; system++) {
      releases.add(release(system, "1"));
      tokens.add(world.live(release(system, "1")));
    }
    world.directory.wrongNamespace();
    for (int sweep = 0; sweep < 4; sweep++) {
      SweepReport report = world.sweep();
      assertThat(report.refused()).isEqualTo(3);
      assertThat(report.trouble()).contains(FailureType.RECORD_CONFLICT);
    }
    for (int i = 0; i < releases.size(); i++) {
      world.assertUntouched(releases.get(i), tokens.get(i));
    }
  }

  @Test
  void doesNotTakeAnotherChainInAnotherNamespaceForAReplacement() {
    String token = world.live(ONE);
    world.directory.wrongNamespace();
    world.directory.says(ONE, Presence.REPLACED);
    assertThat(only(world.sweep()).result()).isEqualTo(Result.REFUSED);
    world.assertUntouched(ONE, token);
  }

  @Test
  void stopsLoudlyAtTheBlastRadius() {
    List<String> tokens = new ArrayList<>();
    for (int system = 0; system <= SweepWorld.LIMIT; system++) {
      tokens.add(world.live(release(system, "1")));
      world.directory.says(release(system, "1"), Presence.ENDED);
    }
    SweepReport report = world.sweep();
    assertThat(report.status()).isEqualTo(Status.BLAST_RADIUS);
    assertThat(report.trouble()).contains(FailureType.BLAST_RADIUS);
    assertThat(report.refused()).isEqualTo(3);
    assertThat(report.revoked()).isZero();
    for (int system = 0; system <= SweepWorld.LIMIT; system++) {
      world.assertUntouched(release(system, "1"), tokens.get(system));
      assertThat(world.kinds(release(system, "1"))).contains(EntryKind.ALARM);
    }
    assertThat(world.notices).hasSize(3);
    world.sweep();
    assertThat(world.notices).as("every sweep says it again").hasSize(6);
    assertThat(world.record.entries().count(release(0, "1"))).isEqualTo(1);
  }

  @Test
  void endsWhatIsOverItsAgeBeyondTheBlastRadius() {
    String old = world.live(release(4, "1"));
    world.clock.forward(SweepWorld.VALIDITY.plus(GrantReview.GRACE));
    List<String> tokens = new ArrayList<>();
    for (int system = 0; system <= SweepWorld.LIMIT; system++) {
      tokens.add(world.live(release(system, "1")));
      world.directory.says(release(system, "1"), Presence.ENDED);
    }
    SweepReport report = world.sweep();
    assertThat(report.status()).isEqualTo(Status.BLAST_RADIUS);
    assertThat(report.revoked()).isEqualTo(1);
    world.assertSwept(release(4, "1"), old);
    for (int system = 0; system <= SweepWorld.LIMIT; system++) {
      world.assertUntouched(release(system, "1"), tokens.get(system));
    }
  }

  @Test
  void countsOrphansAndNotReleasesThatHaveEnded() {
    for (int system = 0; system < 5; system++) {
      ReleaseId ended = release(system, "1");
      world.orphan(ended, Slot.A);
      if (system > 1) {
        world
            .record
            .releases()
            .tell(
                world.ledger.entry(
                    ended,
                    EntryKind.COMPLETE,
                    "gate",
                    new EntryKey("complete"),
                    body -> body.put("state", GateState.RETIRED.name())),
                GateState.RETIRED.name());
      }
    }
    assertThat(world.sweep().revoked()).isEqualTo(5);
    for (int system = 0; system < 3; system++) {
      world.orphan(release(system, "9"), Slot.A);
    }
    assertThat(world.sweep().status()).isEqualTo(Status.BLAST_RADIUS);
    assertThat(world.vault.inspect(SystemRef.of(ONE), Slot.A).isEmpty()).isFalse();
  }

  @Test
  void staysOpenAndLoudUntilTheRevocationIsProved() {
    String token = world.live(ONE);
    world.directory.says(ONE, Presence.ENDED);
    world.vault.leaveTokensBehind(true);
    SweepReport report = world.sweep();
    assertThat(only(report).result()).isEqualTo(Result.FAILED);
    assertThat(report.trouble()).contains(FailureType.REVOCATION_UNPROVED);
    assertThat(world.grant(ONE).state()).isEqualTo(GrantState.REVOKING);
    assertThat(world.kinds(ONE))
        .contains(EntryKind.ALARM)
        .doesNotContain(EntryKind.REVOCATION_PROVED);
    world.vault.leaveTokensBehind(false);
    assertThat(only(world.sweep()).reason()).isEqualTo(Reason.REVOCATION_UNFINISHED);
    world.assertSwept(ONE, token);
  }

  @Test
  void triesASlotTenTimesAndThenOnlySaysSoUntilSomebodyEmptiesIt() {
    world.live(ONE);
    world.directory.says(ONE, Presence.ENDED);
    world.vault.leaveTokensBehind(true);
    for (int sweep = 0; sweep < 10; sweep++) {
      assertThat(only(world.sweep()).result()).isEqualTo(Result.FAILED);
    }
    int tries = world.broker.revocations;
    int notices = world.notices.size();
    for (int sweep = 0; sweep < 3; sweep++) {
      assertThat(only(world.sweep()).result()).isEqualTo(Result.REFUSED);
    }
    assertThat(world.broker.revocations).isEqualTo(tries);
    assertThat(world.notices).hasSize(notices + 3);
    world.vault.leaveTokensBehind(false);
    world.vault.closeProbe(SystemRef.of(ONE), Slot.A);
    assertThat(world.sweep().revoked()).isEqualTo(1);
    assertThat(world.grant(ONE).state()).isEqualTo(GrantState.REVOKED);
    world.orphan(release(0, "2"), Slot.A);
    assertThat(world.sweep().revoked()).as("the count begins anew").isEqualTo(1);
  }

  @Test
  void saysWhichSystemHasNoSlotsAndGoesOn() {
    SweepWorld other = new SweepWorld();
    ReleaseId unknown = new ReleaseId("production", "elsewhere", "1");
    other.writing(unknown);
    String dead = other.live(ONE);
    other.directory.says(ONE, Presence.ENDED);
    SweepReport report = other.sweep();
    assertThat(report.findings())
        .filteredOn(finding -> finding.system().equals("elsewhere"))
        .extracting(Finding::result)
        .containsExactly(Result.LEFT, Result.LEFT);
    other.assertSwept(ONE, dead);
  }

  @Test
  void reportsARoleThatNoReleaseCanHave() {
    SystemRef system = SystemRef.of(ONE);
    world.vault.plant(
        system, new SlotRole(Slot.A, "cel/evil", new TreeMap<>(Map.of("role_type", "cel"))));
    SweepReport report = world.sweep();
    assertThat(only(report).result()).isEqualTo(Result.FAILED);
    assertThat(report.trouble()).contains(FailureType.RECORD_CONFLICT);
  }
}
