package io.countersign.activities.port;

import static io.countersign.activities.port.RecordFixture.newSystem;
import static io.countersign.activities.port.RecordFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.failure.FailureType;
import io.countersign.grant.Slot;
import io.countersign.record.LiveRelease;
import io.countersign.record.Supersession;
import io.countersign.release.ReleaseId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every record holds about live releases and sweeps. */
public interface LedgersContract extends RecordFixture {
  @Test
  default void namesTheNewestLiveRelease() {
    ReleaseId first = frozenRelease();
    ReleaseId second = freeze(first.withVersion("2.0"));
    assertThat(live(first)).isEmpty();
    open(first, "g");
    assertThat(live(first)).isEmpty();
    liveGrant(first, "g");
    assertThat(live(first).map(LiveRelease::release)).contains(first);
    assertThat(live(first).map(LiveRelease::releaseDigest))
        .isEqualTo(record().releases().frozen(first).map(frozen -> frozen.releaseDigest()));
    liveGrant(second, "g");
    assertThat(live(first).map(LiveRelease::release)).contains(second);
    record().grants().beginRevocation(second);
    assertThat(live(first).map(LiveRelease::release)).contains(first);
  }

  @Test
  default void keepsASupersessionUntilItsReleaseIsRolledBack() {
    ReleaseId old = frozenRelease();
    ReleaseId by = freeze(old.withVersion("2.0"));
    LiveReleases live = record().live();
    liveGrant(old, "g");
    liveGrant(by, "g");
    live.markSuperseded(old, by, NOW);
    live.markSuperseded(old, by, NOW.plusSeconds(5));
    assertThat(live.superseded(old)).contains(new Supersession(old, by, NOW));
    assertThat(live.superseded(by)).isEmpty();
    refused(FailureType.RECORD_CONFLICT, () -> live.clearSuperseded(by, NOW));
    revoke(by);
    assertThat(live(old)).isEmpty();
    live.clearSuperseded(by, NOW);
    live.clearSuperseded(by, NOW);
    assertThat(live.superseded(old)).isEmpty();
    assertThat(live(old).map(LiveRelease::release)).contains(old);
  }

  @Test
  default void letsOnlyANewerLiveReleaseOfTheSameSystemSupersede() {
    ReleaseId old = frozenRelease();
    ReleaseId by = freeze(old.withVersion("2.0"));
    ReleaseId stranger = frozenRelease();
    LiveReleases live = record().live();
    refused(FailureType.RECORD_CONFLICT, () -> live.markSuperseded(old, by, NOW));
    liveGrant(old, "g");
    open(by, "g");
    liveGrant(stranger, "g");
    refused(FailureType.RECORD_CONFLICT, () -> live.markSuperseded(old, by, NOW));
    refused(FailureType.RECORD_CONFLICT, () -> live.markSuperseded(old, stranger, NOW));
    refused(FailureType.RECORD_CONFLICT, () -> live.markSuperseded(old, old, NOW));
    liveGrant(by, "g");
    refused(FailureType.RECORD_CONFLICT, () -> live.markSuperseded(by, old, NOW));
    live.markSuperseded(old, by, NOW);
    revoke(old);
    ReleaseId third = freeze(old.withVersion("3.0"));
    liveGrant(third, "g");
    refused(FailureType.RECORD_CONFLICT, () -> live.markSuperseded(old, third, NOW));
    live.markSuperseded(by, third, NOW);
    assertThat(live(old).map(LiveRelease::release)).contains(third);
  }

  @Test
  default void countsSweepsInARowThatFoundNoWorkflow() {
    ReleaseId id = newSystem();
    SweepLedger sweeps = record().sweeps();
    sweeps.seen(id);
    assertThat(sweeps.missing(id, NOW)).isEqualTo(1);
    assertThat(sweeps.missing(id, NOW)).isEqualTo(1);
    assertThat(sweeps.missing(id, NOW.minusSeconds(60))).isEqualTo(1);
    assertThat(sweeps.missing(id, NOW.plusSeconds(60))).isEqualTo(2);
    sweeps.seen(id);
    assertThat(sweeps.missing(id, NOW.plusSeconds(60))).isZero();
    assertThat(sweeps.missing(id, NOW.plusSeconds(120))).isEqualTo(1);
  }

  @Test
  default void countsAttemptsPerSlot() {
    ReleaseId id = newSystem();
    SweepLedger sweeps = record().sweeps();
    assertThat(sweeps.attempt(id.environment(), id.system(), Slot.A)).isEqualTo(1);
    assertThat(sweeps.attempt(id.environment(), id.system(), Slot.A)).isEqualTo(2);
    assertThat(sweeps.attempt(id.environment(), id.system(), Slot.B)).isEqualTo(1);
    sweeps.cleaned(id.environment(), id.system(), Slot.A);
    assertThat(sweeps.attempt(id.environment(), id.system(), Slot.A)).isEqualTo(1);
    assertThat(sweeps.attempt(id.environment(), id.system(), Slot.B)).isEqualTo(2);
  }

  @Test
  default void runsOneSweepAtATime() {
    SweepLedger sweeps = record().sweeps();
    Optional<Optional<String>> nested = sweeps.alone(() -> sweeps.alone(() -> "second"));
    assertThat(nested).contains(Optional.empty());
    assertThatThrownBy(
            () ->
                sweeps.alone(
                    () -> {
                      throw new IllegalStateException("sweep failed");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(sweeps.alone(() -> "next")).contains("next");
  }

  private Optional<LiveRelease> live(ReleaseId of) {
    return record().live().live(of.environment(), of.system());
  }
}
