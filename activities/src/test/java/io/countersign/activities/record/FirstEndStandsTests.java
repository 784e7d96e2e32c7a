package io.countersign.activities.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.release.Ledger;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.ReleaseStatus;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever can run a gate again cannot tell of another end than the one that it had (I3, I11). */
class FirstEndStandsTests {
  private static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/2026.11.1");

  private final UnsafeInMemoryReleaseRecord record = new UnsafeInMemoryReleaseRecord();
  private final List<String> notices = new ArrayList<>();
  private final RecordActivitiesImpl activities =
      new RecordActivitiesImpl(
          new Ledger(record, Clock.systemUTC()), (release, kind, detail) -> notices.add(detail));

  @Test
  void aLaterRunCannotRenameTheEnd() {
    tell(EntryKind.COMPLETE, GateState.ROLLED_BACK);
    tell(EntryKind.STATE, GateState.CHECKING);
    tell(EntryKind.COMPLETE, GateState.REJECTED);
    assertThat(kinds()).containsExactly(EntryKind.COMPLETE, EntryKind.ALARM, EntryKind.ALARM);
    assertThat(state()).isEqualTo("ROLLED_BACK");
    assertThat(notices)
        .containsExactly(
            "ended as ROLLED_BACK; a later run says CHECKING",
            "ended as ROLLED_BACK; a later run says REJECTED");
  }

  @Test
  void theSameTwiceIsRecordedOnce() {
    tell(EntryKind.COMPLETE, GateState.ROLLED_BACK);
    tell(EntryKind.COMPLETE, GateState.ROLLED_BACK);
    tell(EntryKind.COMPLETE, GateState.REJECTED);
    tell(EntryKind.COMPLETE, GateState.REJECTED);
    assertThat(kinds()).containsExactly(EntryKind.COMPLETE, EntryKind.ALARM);
    assertThat(notices).hasSize(1);
  }

  @Test
  void aReleaseThatFailedByMachineryGoesOn() {
    tell(EntryKind.COMPLETE, GateState.FAILED);
    tell(EntryKind.STATE, GateState.CHECKING);
    tell(EntryKind.COMPLETE, GateState.WITHDRAWN);
    assertThat(kinds()).containsExactly(EntryKind.COMPLETE, EntryKind.STATE, EntryKind.COMPLETE);
    assertThat(state()).isEqualTo("WITHDRAWN");
  }

  private void tell(EntryKind kind, GateState state) {
    activities.tell(new Telling(RELEASE, kind, state.name(), state, "why"));
  }

  private List<EntryKind> kinds() {
    return record.entries().entries(RELEASE).stream().map(Entry::kind).toList();
  }

  private String state() {
    return record.releases().status(RELEASE).map(ReleaseStatus::state).orElseThrow();
  }
}
