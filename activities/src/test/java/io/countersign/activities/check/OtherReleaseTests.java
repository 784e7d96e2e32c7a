package io.countersign.activities.check;

import static io.countersign.activities.check.CheckScene.RELEASE;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Standing;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.NewEntry;
import io.countersign.record.StatementNonce;
import io.countersign.release.ReleaseId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a check sees another release: by the record, whatever a workflow tells. */
class OtherReleaseTests implements RecordFixture {
  private static final ReleaseId OTHER = RELEASE.withVersion("2026.11.2");

  private final CheckScene scene = new CheckScene();

  @Override
  public ReleaseRecord record() {
    return scene.record;
  }

  @Test
  void aReleaseThatTheRecordDoesNotKnowIsNone() {
    assertThat(other()).isEmpty();
  }

  @Test
  void aReleaseThatNobodyGrantedWasNeverLive() {
    scene.freeze(OTHER, null);
    open(OTHER, "generation/1");
    assertThat(other()).contains(new OtherRelease(false, Standing.CLEAR, null));
  }

  @Test
  void aReleaseThatWasLiveAndApprovedSaysSo() {
    scene.freeze(OTHER, null);
    said("approve", 2);
    said("waive", 3);
    liveGrant(OTHER, "generation/1");
    assertThat(other()).contains(new OtherRelease(true, Standing.CLEAR, NOW.plusSeconds(2)));
  }

  @Test
  void aReleaseThatEndedCannotBeGrantedAgain() {
    scene.freeze(OTHER, null);
    liveGrant(OTHER, "generation/1");
    revoke(OTHER);
    record()
        .entries()
        .append(
            RecordFixture.entry(OTHER, EntryKind.COMPLETE, "complete", "{\"state\":\"RETIRED\"}"));
    assertThat(other()).contains(new OtherRelease(true, Standing.ENDED, null));
  }

  private void said(String decision, int second) {
    record()
        .entries()
        .accept(
            new NewEntry(
                OTHER,
                NOW.plusSeconds(second),
                EntryKind.SIGN_OFF,
                "cleo@example.com",
                new EntryKey("sign-off/" + second),
                RecordFixture.json("{\"decision\":\"" + decision + "\"}")),
            new StatementNonce("cleo@example.com", "n" + second));
  }

  private Optional<OtherRelease> other() {
    CheckScene.MadeUp check = new CheckScene.MadeUp();
    scene.activity(check).run(CheckScene.MADE_UP, CheckScene.round(1), Progress.unwatched());
    return check.seen.get(0).world().otherRelease(OTHER.version());
  }
}
