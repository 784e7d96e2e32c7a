package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.Grants.Written;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activity.CheckRequest;
import io.countersign.record.GrantOrder;
import io.countersign.record.GrantRequestKey;
import io.countersign.record.GrantTicket;
import io.countersign.release.ReleaseId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Since when the predecessor has had its access, as the record tells. */
class PredecessorTests {
  private static final ReleaseId OLD = CheckScene.RELEASE;
  private static final ReleaseId NEW = OLD.withVersion("2026.11.2");

  private final CheckScene scene = new CheckScene();

  @Test
  void theNewestAccessOfThePredecessorCounts() {
    assertThat(seenBy(OLD)).as("a first release").isEmpty();

    scene.freeze(NEW, OLD);
    assertThat(seenBy(NEW)).as("a predecessor that never had any").isEmpty();

    Instant first = CheckScene.NOW.plusSeconds(60);
    live("generation/1", first);
    scene
        .record
        .grants()
        .beginRevocation(OLD)
        .ifPresent(
            grant ->
                scene
                    .record
                    .grants()
                    .closeGrant(grant.grantId(), RecordFixture.PROOF, first.plusSeconds(1)));
    Instant second = first.plus(Duration.ofDays(1));
    live("generation/2", second);
    assertThat(seenBy(NEW)).contains(second);
  }

  private Optional<Instant> seenBy(ReleaseId release) {
    CheckScene.MadeUp check = new CheckScene.MadeUp();
    scene
        .activity(check)
        .run(
            CheckScene.MADE_UP,
            new CheckRequest(release, scene.record.releases().reviewRound(release) + 1),
            Progress.unwatched());
    return check.seen.get(0).world().predecessorLiveAt();
  }

  private void live(String key, Instant at) {
    GrantTicket ticket =
        scene
            .record
            .grants()
            .openGrant(
                new GrantOrder(
                    OLD,
                    new GrantRequestKey(key),
                    at,
                    at.plus(Duration.ofDays(30)),
                    "namespace",
                    "run"));
    scene
        .record
        .grants()
        .whileWriting(
            ticket, RecordFixture.SPEC, at, grant -> new Written<>(true, RecordFixture.PROOF));
  }
}
