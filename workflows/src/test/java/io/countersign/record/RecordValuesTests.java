package io.countersign.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordValuesTests {
  private static final ReleaseId ID = ReleaseId.parse("production/fraud/2.0");
  private static final Instant NOW = Instant.parse("2026-11-03T10:15:30.123456789Z");
  private static final Instant END = Instant.parse("2026-12-03T10:15:30Z");
  private static final JsonDocument EMPTY = new JsonDocument("{}");
  private static final JsonDocument SPEC = new JsonDocument("{\"policies\":[\"read\"]}");

  @Test
  void keepsTimesInMicroseconds() {
    assertThat(entry("gate", EMPTY).at()).isEqualTo(Instant.parse("2026-11-03T10:15:30.123456Z"));
  }

  @Test
  void takesBodiesUpToTheirLimit() {
    int room = NewEntry.MAX_BODY - "{\"a\":\"\"}".length();
    assertThatCode(() -> entry("gate", text(room))).doesNotThrowAnyException();
    refusesArgument(() -> entry("gate", text(room + 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "a\0b"})
  void refusesActorsAndNoncesThatAreNotOneLineOfText(String text) {
    refusesArgument(() -> entry(text, EMPTY));
    refusesArgument(() -> new StatementNonce(text, "n"));
    refusesArgument(() -> new StatementNonce("bob", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\n", "é"})
  void refusesKeysThatAreNotPrintableAscii(String text) {
    refusesArgument(() -> new EntryKey(text));
    refusesArgument(() -> new GrantRequestKey(text));
  }

  @Test
  void derivesKeysFromWhatEntriesTell() {
    Digest digest = Digest.of(new byte[] {1});
    assertThat(EntryKey.check(2, "mlops.model-quality").text())
        .isEqualTo("check/2/mlops.model-quality");
    assertThat(EntryKey.signOff(digest).text()).isEqualTo("sign-off/" + digest.hex());
    assertThat(EntryKey.order(digest).text()).isEqualTo("order/" + digest.hex());
    assertThat(EntryKey.refusal(digest, FailureType.EXPIRED).text())
        .isEqualTo("refusal/" + digest.hex() + "/EXPIRED");
  }

  @Test
  void freezesOnlyAManifestUnderItsOwnDigest() {
    assertThatCode(() -> frozen(SPEC.digest(), null, 1)).doesNotThrowAnyException();
    refusesArgument(() -> frozen(EMPTY.digest(), null, 1));
    refusesArgument(() -> frozen(SPEC.digest(), null, 0));
    refusesArgument(() -> frozen(SPEC.digest(), ID, 1));
    refusesArgument(() -> frozen(SPEC.digest(), ReleaseId.parse("production/other/1.0"), 1));
    refusesArgument(() -> frozen(SPEC.digest(), ReleaseId.parse("staging/fraud/1.0"), 1));
  }

  @Test
  void refusesAGrantThatDoesNotEnd() {
    GrantRequestKey key = new GrantRequestKey("g");
    refusesArgument(() -> new GrantOrder(ID, key, END, END, "namespace", "run"));
    refusesArgument(() -> new GrantOrder(ID, key, NOW, END, "", "run"));
  }

  @ParameterizedTest
  @EnumSource(GrantState.class)
  void letsAGrantBeWrittenOnlyBeforeItsRevocation(GrantState state) {
    Grant grant = grant(state);
    if (state == GrantState.WRITING || state == GrantState.LIVE) {
      assertThatCode(() -> grant.requireWritable(grant.ticket(), SPEC, NOW))
          .doesNotThrowAnyException();
      refuses(FailureType.EXPIRED, () -> grant.requireWritable(grant.ticket(), SPEC, END));
      refuses(FailureType.RECORD_CONFLICT, grant::requireClosable);
    } else {
      refuses(FailureType.RECORD_CONFLICT, () -> grant.requireWritable(grant.ticket(), SPEC, NOW));
      assertThat(grant.requireClosable()).isEqualTo(state == GrantState.REVOKING);
    }
    assertThat(state.open()).isEqualTo(state != GrantState.REVOKED);
  }

  @Test
  void keepsTheNewestStatusAndItsEnd() {
    ReleaseStatus live = new ReleaseStatus("LIVE", NOW, null);
    ReleaseStatus ended = new ReleaseStatus("RETIRED", NOW.plusSeconds(1), NOW.plusSeconds(1));
    ReleaseStatus after = new ReleaseStatus("LIVE", NOW.plusSeconds(2), null);
    assertThat(live.then(ended)).isEqualTo(ended);
    assertThat(ended.then(live)).isEqualTo(ended);
    assertThat(ended.then(after).completedAt()).isEqualTo(NOW.plusSeconds(1));
  }

  private static NewEntry entry(String actor, JsonDocument body) {
    return new NewEntry(ID, NOW, EntryKind.DRIFT, actor, new EntryKey("k"), body);
  }

  private static JsonDocument text(int length) {
    return new JsonDocument("{\"a\":\"" + "x".repeat(length) + "\"}");
  }

  private static FrozenRelease frozen(Digest digest, ReleaseId predecessor, int round) {
    return new FrozenRelease(
        ID,
        digest,
        "ann",
        "{}",
        SPEC,
        digest,
        digest,
        round,
        "high",
        EMPTY,
        predecessor,
        EMPTY,
        NOW);
  }

  private static Grant grant(GrantState state) {
    Grant writing =
        new Grant(
            UUID.randomUUID(),
            ID,
            Slot.A,
            GrantState.WRITING,
            1,
            1,
            NOW,
            null,
            END,
            null,
            "namespace",
            "run",
            null,
            null,
            null);
    return switch (state) {
      case WRITING -> writing;
      case LIVE -> writing.live(NOW, SPEC, EMPTY);
      case REVOKING -> writing.live(NOW, SPEC, EMPTY).revoking(2);
      case REVOKED -> writing.revoking(2).revoked(NOW, EMPTY);
    };
  }

  private static void refusesArgument(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  private static void refuses(FailureType type, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type));
  }
}
