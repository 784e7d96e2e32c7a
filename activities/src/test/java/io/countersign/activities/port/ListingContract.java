package io.countersign.activities.port;

import static io.countersign.activities.port.RecordFixture.digest;
import static io.countersign.activities.port.RecordFixture.entry;
import static io.countersign.activities.port.RecordFixture.json;
import static io.countersign.activities.port.RecordFixture.newSystem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.record.ListedRelease;
import io.countersign.record.NewEntry;
import io.countersign.record.ReleaseStatus;
import io.countersign.record.StatementNonce;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every record answers when releases are listed. */
public interface ListingContract extends RecordFixture {
  private FrozenRelease frozen(ReleaseId id, String tier, String submitter, Instant at) {
    return new FrozenRelease(
        id,
        manifest(id).digest(),
        submitter,
        "{}",
        manifest(id),
        digest("gate"),
        digest("approvers"),
        1,
        tier,
        json("{}"),
        null,
        json("{}"),
        at);
  }

  private static JsonDocument manifest(ReleaseId id) {
    return json("{\"of\":\"" + id + "\"}");
  }

  private static ReleaseQuery of(ReleaseId one) {
    return new ReleaseQuery(
        one.environment(), one.system(), null, null, null, null, null, ReleaseQuery.MOST);
  }

  private List<ReleaseId> names(ReleaseQuery query) {
    return record().listing().list(query).stream().map(ListedRelease::release).toList();
  }

  @Test
  default void listsNewestFirstWithWhatIsKnown() {
    ReleaseId first = newSystem();
    ReleaseId second = first.withVersion("2.0");
    record().releases().freeze(frozen(first, "high", "ann@example.com", NOW));
    record().releases().freeze(frozen(second, "low", "bob@example.com", NOW.plusSeconds(1)));
    record().releases().tell(entry(first, EntryKind.STATE, "state/1", "{}"), "LIVE");
    record().releases().tell(entry(first, EntryKind.COMPLETE, "complete", "{}"), "RETIRED");
    assertThat(record().listing().list(of(first)))
        .containsExactly(
            new ListedRelease(
                second,
                NOW.plusSeconds(1),
                "bob@example.com",
                manifest(second).digest(),
                "low",
                null,
                null,
                null),
            new ListedRelease(
                first,
                NOW,
                "ann@example.com",
                manifest(first).digest(),
                "high",
                "RETIRED",
                NOW,
                NOW));
  }

  @Test
  default void listsAReleaseWhoseSubmissionWasRefused() {
    ReleaseId id = newSystem();
    record()
        .entries()
        .recordRefusal(entry(id, EntryKind.SUBMISSION_REFUSED, "refusal/1", "{}"), 10);
    record().releases().tell(entry(id, EntryKind.COMPLETE, "complete", "{}"), "FAILED");
    assertThat(record().listing().list(of(id)))
        .containsExactly(new ListedRelease(id, NOW, null, null, null, "FAILED", NOW, NOW));
    assertThat(record().listing().find(id)).contains(record().listing().list(of(id)).get(0));
    assertThat(record().listing().find(id.withVersion("never"))).isEmpty();
  }

  @Test
  default void filtersByStateTierSinceAndPerson() {
    ReleaseId base = newSystem();
    ReleaseId one = base.withVersion("1.1");
    ReleaseId two = base.withVersion("1.2");
    record().releases().freeze(frozen(one, "high", "ann@example.com", NOW));
    record().releases().freeze(frozen(two, "low", "bob@example.com", NOW.plusSeconds(5)));
    record().releases().tell(entry(one, EntryKind.STATE, "state/1", "{}"), "LIVE");
    record().releases().tell(entry(two, EntryKind.STATE, "state/1", "{}"), "CHECKING");
    record()
        .entries()
        .accept(
            new NewEntry(
                two,
                NOW.plusSeconds(6),
                EntryKind.SIGN_OFF,
                "cleo@example.com",
                new EntryKey("sign-off/1"),
                json("{}")),
            new StatementNonce("cleo@example.com", digest(two.toString()).hex().substring(0, 32)));
    assertThat(names(query(base, GateState.CHECKING, null, null, null))).containsExactly(two);
    assertThat(names(query(base, null, "low", null, null))).containsExactly(two);
    assertThat(names(query(base, null, null, "ann@example.com", null))).containsExactly(one);
    assertThat(names(query(base, null, null, "cleo@example.com", null))).containsExactly(two);
    assertThat(names(query(base, null, null, null, NOW.plusSeconds(5)))).containsExactly(two);
    assertThat(names(query(base, null, null, null, NOW))).containsExactly(two, one);
    assertThat(names(query(base, GateState.LIVE, "low", null, null))).isEmpty();
  }

  private static ReleaseQuery query(
      ReleaseId of, GateState state, String tier, String person, Instant since) {
    return new ReleaseQuery(
        of.environment(), of.system(), state, tier, person, since, null, ReleaseQuery.MOST);
  }

  @Test
  default void callsNoReleaseLiveThatHasNoLiveGrant() {
    ReleaseId told = frozenRelease();
    ReleaseId granted = freeze(told.withVersion("2.0"));
    liveGrant(granted, "grant/1");
    for (ReleaseId id : List.of(told, granted)) {
      record().releases().tell(entry(id, EntryKind.STATE, "state/1", "{}"), "LIVE");
    }
    assertThat(names(query(told, GateState.LIVE, null, null, null))).containsExactly(granted);
    assertThat(record().listing().find(told).orElseThrow().state())
        .isEqualTo(ReleaseStatus.UNCONFIRMED);
    assertThat(record().listing().find(granted).orElseThrow().state()).isEqualTo("LIVE");
  }

  @Test
  default void pagesWithoutLosingOrDoublingReleasesOfOneMoment() {
    ReleaseId base = newSystem();
    List<ReleaseId> all = Stream.of("9", "8", "7", "6", "5").map(base::withVersion).toList();
    all.forEach(id -> record().releases().freeze(frozen(id, "high", "ann@example.com", NOW)));
    ReleaseQuery two =
        new ReleaseQuery(base.environment(), base.system(), null, null, null, null, null, 2);
    List<ReleaseId> seen = new ArrayList<>();
    for (List<ReleaseId> page = names(two); !page.isEmpty(); ) {
      seen.addAll(page);
      page = names(two.after(page.get(page.size() - 1)));
    }
    assertThat(seen).containsExactlyElementsOf(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x' OR '1'='1", "%", "_", "\\", "'; DROP TABLE entry; --", "а"})
  default void takesAHostilePersonAsAName(String hostile) {
    ReleaseId id = newSystem();
    record().releases().freeze(frozen(id, "high", "ann@example.com", NOW));
    assertThat(names(query(id, null, null, hostile, null))).isEmpty();
    assertThat(names(of(id))).containsExactly(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x'", "A", "a b", "", "a/b", "-a"})
  default void refusesNamesOutsideTheirAlphabet(String hostile) {
    assertThatThrownBy(() -> new ReleaseQuery(hostile, null, null, null, null, null, null, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ReleaseQuery(null, hostile, null, null, null, null, null, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ReleaseQuery(null, null, null, hostile, null, null, null, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
