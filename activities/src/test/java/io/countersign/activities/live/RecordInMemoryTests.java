package io.countersign.activities.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.memory.UnsafeInMemoryLiveTraces;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.record.EntryKind;
import io.countersign.record.GrantTicket;
import io.countersign.release.ReleaseId;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The board over a record in the same process, as the unit tier has it. */
class RecordInMemoryTests implements RecordFixture {
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final ReleaseRecord record = new UnsafeInMemoryReleaseRecord();
  private final LiveBoard board =
      new LiveBoard(
          new UnsafeInMemoryLiveTraces(record, CLOCK),
          LiveFixture.parser(),
          LiveFixture.GATE::permits,
          new LiveLimits(Duration.ofSeconds(10), Duration.ofMillis(500)),
          CLOCK);

  @Override
  public ReleaseRecord record() {
    return record;
  }

  @Test
  void followsAReleaseFromItsGrantToItsEnd() {
    ReleaseId id = RecordFixture.newSystem();
    record.releases().freeze(RecordFixture.release(id, LiveFixture.manifest(id)));
    assertThat(seen(id)).isEmpty();
    GrantTicket ticket = liveGrant(id, "g");
    assertThat(seen(id)).containsExactly(Hold.NOT_LIVE);
    tell(id, EntryKind.GRANT, LiveFixture.told(record, ticket, LiveFixture.GATE));
    assertThat(seen(id)).containsExactly(Hold.IN_FORCE);
    tell(id, EntryKind.SUSPENDED, "{}");
    assertThat(seen(id)).containsExactly(Hold.SUSPENDED);
    revoke(id);
    assertThat(seen(id)).isEmpty();
  }

  private void tell(ReleaseId id, EntryKind kind, String body) {
    record.entries().append(RecordFixture.entry(id, kind, kind.name(), body));
  }

  private List<Hold> seen(ReleaseId id) {
    board.look();
    return board.view().of(LiveFixture.workload(id)).stream().map(GovernedRelease::hold).toList();
  }
}
