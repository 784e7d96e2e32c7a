package io.countersign.activities.port;

import static io.countersign.activities.port.RecordFixture.digest;
import static io.countersign.activities.port.RecordFixture.entry;
import static io.countersign.activities.port.RecordFixture.json;
import static io.countersign.activities.port.RecordFixture.newSystem;
import static io.countersign.activities.port.RecordFixture.refused;
import static io.countersign.activities.port.RecordFixture.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.failure.FailureType;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.GrantTicket;
import io.countersign.record.IdentityProof;
import io.countersign.record.NewEntry;
import io.countersign.record.ReleaseStatus;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every record holds about releases, documents and identities. */
public interface ReleasesContract extends RecordFixture {
  @Test
  default void listsTheReleasesThatHaveNotEnded() {
    ReleaseId first = frozenRelease();
    ReleaseId second = freeze(first.withVersion("2.0"));
    frozenRelease();
    assertThat(record().releases().incomplete(first.environment(), first.system()))
        .containsExactly(first, second);
    record().releases().tell(entry(first, EntryKind.STATE, "state/1", "{}"), "LIVE");
    record().releases().tell(entry(second, EntryKind.COMPLETE, "complete", "{}"), "RETIRED");
    assertThat(record().releases().incomplete(first.environment(), first.system()))
        .containsExactly(first);
  }

  @Test
  default void answersAFrozenReleaseAsItWasFrozen() {
    ReleaseId id = newSystem();
    FrozenRelease frozen =
        new FrozenRelease(
            id,
            json("{\"b\":1.50,\"a\":\"é\"}").digest(),
            "ann@example.com",
            "{\"payloadType\": \"application/vnd.in-toto+json\"}\n",
            json("{ \"b\":1.5, \"a\":\"\\u00e9\" }"),
            digest("gate"),
            digest("approvers"),
            3,
            "high",
            json("{\"risk\":1}"),
            id.withVersion("0.9"),
            json("{\"fraud-read\":[\"secret/*\"]}"),
            NOW);
    assertThat(record().releases().freeze(frozen)).isEqualTo(frozen);
    assertThat(record().releases().frozen(id)).contains(frozen);
    assertThat(record().releases().reviewRound(id)).isEqualTo(3);
  }

  @Test
  default void freezesAReleaseAndTellsOfItOrDoesNeither() {
    ReleaseId id = newSystem();
    FrozenRelease frozen = release(id, "{\"model\":1}");
    NewEntry submitted = entry(id, EntryKind.SUBMITTED, "submitted", "{\"of\":1}");
    record().entries().append(entry(id, EntryKind.ALARM, "submitted", "{\"of\":2}"));
    refused(
        FailureType.RECORD_CONFLICT, () -> record().releases().freeze(frozen, List.of(submitted)));
    assertThat(record().releases().frozen(id)).isEmpty();

    ReleaseId other = newSystem();
    NewEntry first = entry(other, EntryKind.SUBMITTED, "submitted", "{\"of\":1}");
    NewEntry second = entry(other, EntryKind.SUBMITTED, "submitted", "{\"of\":2}");
    record().releases().freeze(release(other, "{\"model\":1}"), List.of(first));
    record().releases().freeze(release(other, "{\"model\":1}"), List.of(second));
    assertThat(record().entries().entries(other))
        .extracting(entry -> entry.body().toString())
        .containsExactly(first.body().toString());
  }

  @Test
  default void letsTheFirstWriterOfAReleaseWin() {
    ReleaseId id = newSystem();
    FrozenRelease first = release(id, "{\"model\":1}");
    record().releases().freeze(first);
    FrozenRelease forged =
        new FrozenRelease(
            id,
            first.releaseDigest(),
            "eve@example.com",
            "other",
            first.manifest(),
            digest("weak gate"),
            digest("weak approvers"),
            7,
            "low",
            json("{}"),
            null,
            json("{}"),
            NOW.plusSeconds(9));
    assertThat(record().releases().freeze(forged)).isEqualTo(first);
    assertThat(record().releases().reviewRound(id)).isEqualTo(1);
    refused(
        FailureType.RELEASE_CONFLICT,
        () -> record().releases().freeze(release(id, "{\"model\":2}")));
    assertThat(record().releases().frozen(id)).contains(first);
  }

  @Test
  default void knowsNothingOfAReleaseThatWasNotFrozen() {
    ReleaseId id = newSystem();
    assertThat(record().releases().frozen(id)).isEmpty();
    assertThat(record().releases().status(id)).isEmpty();
    refused(FailureType.RECORD_CONFLICT, () -> record().releases().reviewRound(id));
    refused(FailureType.RECORD_CONFLICT, () -> record().releases().beginReviewRound(id, 1));
  }

  @Test
  default void countsReviewRoundsOneByOne() {
    ReleaseId id = frozenRelease();
    assertThat(record().releases().beginReviewRound(id, 2)).isEqualTo(2);
    assertThat(record().releases().beginReviewRound(id, 2)).isEqualTo(2);
    refused(FailureType.RECORD_CONFLICT, () -> record().releases().beginReviewRound(id, 1));
    refused(FailureType.RECORD_CONFLICT, () -> record().releases().beginReviewRound(id, 4));
    assertThat(record().releases().reviewRound(id)).isEqualTo(2);
  }

  @Test
  default void keepsTheStateAsLastTold() {
    ReleaseId id = frozenRelease();
    liveGrant(id, "k");
    Releases releases = record().releases();
    releases.tell(told(id, EntryKind.STATE, "state/1", NOW), "CHECKING");
    releases.tell(told(id, EntryKind.STATE, "state/2", NOW.plusSeconds(2)), "LIVE");
    releases.tell(told(id, EntryKind.STATE, "state/late", NOW.plusSeconds(1)), "GRANTING");
    assertThat(releases.status(id)).contains(new ReleaseStatus("LIVE", NOW.plusSeconds(2), null));
    releases.tell(told(id, EntryKind.COMPLETE, "complete", NOW.plusSeconds(3)), "RETIRED");
    releases.tell(told(id, EntryKind.COMPLETE, "complete", NOW.plusSeconds(9)), "FORGED");
    assertThat(releases.status(id))
        .contains(new ReleaseStatus("RETIRED", NOW.plusSeconds(3), NOW.plusSeconds(3)));
    assertThat(record().entries().count(id)).isEqualTo(4);
  }

  @Test
  default void saysLiveOnlyWhereAGrantIsLive() {
    ReleaseId id = frozenRelease();
    Releases releases = record().releases();
    releases.tell(told(id, EntryKind.STATE, "state/1", NOW), "LIVE");
    assertThat(releases.status(id)).contains(new ReleaseStatus("UNCONFIRMED", NOW, null));
    GrantTicket ticket = open(id, "k");
    releases.tell(told(id, EntryKind.STATE, "state/2", NOW.plusSeconds(1)), "LIVE");
    assertThat(releases.status(id).orElseThrow().state()).isEqualTo("UNCONFIRMED");
    write(ticket);
    releases.tell(told(id, EntryKind.STATE, "state/3", NOW.plusSeconds(2)), "LIVE");
    assertThat(releases.status(id).orElseThrow().state()).isEqualTo("LIVE");
    record().grants().beginRevocation(id);
    assertThat(releases.status(id).orElseThrow().state()).isEqualTo("UNCONFIRMED");
  }

  @Test
  default void tellsStatesInEntriesOfTheirKindAlone() {
    ReleaseId id = newSystem();
    assertThatThrownBy(
            () -> record().releases().tell(entry(id, EntryKind.GRANT, "k", "{}"), "LIVE"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> record().releases().tell(entry(id, EntryKind.STATE, "k", "{}"), "live; x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(record().entries().count(id)).isZero();
  }

  @Test
  default void archivesDocumentsByTheirDigest() {
    byte[] content = {0, 1, (byte) 0xff, 'x', (byte) SYSTEMS.incrementAndGet()};
    Digest digest = Digest.of(content);
    assertThat(record().documents().document(digest)).isEmpty();
    record().documents().putDocument(digest, content);
    record().documents().putDocument(digest, content);
    assertThat(record().documents().document(digest)).hasValue(content);
  }

  @Test
  default void refusesADocumentUnderAnotherDigestOrTooLarge() {
    byte[] content = "gate".getBytes(StandardCharsets.UTF_8);
    refused(
        FailureType.DIGEST_MISMATCH,
        () -> record().documents().putDocument(digest("other gate"), content));
    assertThat(record().documents().document(digest("other gate"))).isEmpty();
    byte[] huge = new byte[Documents.MAX_SIZE + 1];
    refused(FailureType.OVERSIZED, () -> record().documents().putDocument(Digest.of(huge), huge));
  }

  @Test
  default void keepsTheNewestIdentityProof() {
    ReleaseId id = newSystem();
    Identities identities = record().identities();
    assertThat(identities.identityProof(id)).isEmpty();
    IdentityProof second = new IdentityProof("spiffe://b", "vault", "issuer", NOW.plusSeconds(5));
    identities.recordIdentityProof(id, new IdentityProof("spiffe://a", "vault", "issuer", NOW));
    identities.recordIdentityProof(id, second);
    identities.recordIdentityProof(id, new IdentityProof("spiffe://c", "vault", "issuer", NOW));
    assertThat(identities.identityProof(id)).isEqualTo(Optional.of(second));
  }

  @Test
  default void letsACiTokenSubmitOneReleaseOnly() {
    Identities identities = record().identities();
    String token = newSystem().toString();
    assertThat(identities.useTokenId("https://ci", token, digest("1"), NOW)).isTrue();
    assertThat(identities.useTokenId("https://ci", token, digest("1"), NOW)).isTrue();
    assertThat(identities.useTokenId("https://ci", token, digest("2"), NOW)).isFalse();
    assertThat(identities.useTokenId("https://other", token, digest("2"), NOW)).isTrue();
    refused(FailureType.BAD_TOKEN, () -> identities.useTokenId("https://ci", "", digest("1"), NOW));
    refused(
        FailureType.BAD_TOKEN, () -> identities.useTokenId("https://ci", "a\0b", digest("1"), NOW));
  }

  private static NewEntry told(ReleaseId id, EntryKind kind, String key, Instant at) {
    return new NewEntry(id, at, kind, "gate", new EntryKey(key), json("{}"));
  }
}
