package io.countersign.activities.adapter.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.grant.PermitStatement;
import io.countersign.activities.live.SigningGate;
import io.countersign.activities.port.Permit;
import io.countersign.activities.port.Permits;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignedPermitsTests {
  private static final Permit PERMIT =
      new Permit(
          UUID.fromString("00000000-0000-4000-8000-000000000001"),
          ReleaseId.parse("production/fraud-scorer/1.0"),
          Digest.of(new byte[] {1}),
          Digest.of(new byte[] {2}),
          Instant.parse("2026-11-23T10:00:00.123456Z"),
          Instant.parse("2026-11-23T09:00:00Z"));

  private final SigningGate gate = new SigningGate();
  private final Permits permits = gate.permits();

  @Test
  void readsWhatTheGateSigned() {
    Permits.Proved proved = permits.open(gate.sign(PERMIT));
    assertThat(proved.permit()).isEqualTo(PERMIT);
    assertThat(proved.key()).isEqualTo(new Permits.Key(gate.keyId(), gate.key().keyId()));
    assertThat(permits.believes(proved.key())).isTrue();
    assertThat(gate.sign(PERMIT).length()).isLessThan(Permit.LIMIT / 2);
  }

  @Test
  void readsWhatTheStoreMadeOfItsWhiteSpaceAndOrder() {
    String stored = gate.sign(PERMIT).replace(":", ": ").replace(",\"", ", \"");
    assertThat(permits.open(stored.replace("transit: ", "transit:").replace("local: ", "local:")))
        .extracting(Permits.Proved::permit)
        .isEqualTo(PERMIT);
  }

  @Test
  void believesNoKeyThatIsNotListedAndNoOtherKeyUnderAListedName() {
    SigningGate other = new SigningGate();
    refused(FailureType.UNKNOWN_KEY, permits, other.sign(PERMIT));
    Permits renamed = new SignedPermits(Map.of(other.keyId(), gate.key()));
    refused(FailureType.BAD_SIGNATURE, renamed, other.sign(PERMIT));
    assertThat(permits.believes(new Permits.Key(gate.keyId(), other.key().keyId()))).isFalse();
    assertThat(new SignedPermits(Map.of()).believes(new Permits.Key("", ""))).isFalse();
  }

  /** What the gate signs of a record that it seals proves what stood there, and no approval. */
  @ParameterizedTest
  @CsvSource({"grant", "revocation", "record"})
  void takesNoOtherStatementOfTheGate(String type) {
    JsonDocument permit = PermitStatement.of(PERMIT);
    String text = permit.text().replace("/permit/v1", "/" + type + "/v1");
    refused(FailureType.UNREADABLE, permits, gate.envelope(text));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"sha256\":\"4bf', '\"sha256\":\"0bf'",
    "'\"name\":\"production', '\"name\":\"staging'",
    "'\"release\":\"production', '\"release\":\"staging'",
    "'\"grantId\":\"0', '\"more\":\"1\",\"grantId\":\"0'",
    "'\"grantId\":\"00000000-', '\"grantId\":\"'",
    "'2026-11-23T10', 'soon'",
    "'in-toto.io', 'example.com'"
  })
  void refusesWhatIsNoPermitAlthoughItIsSigned(String found, String replaced) {
    String text = PermitStatement.of(PERMIT).text();
    assertThat(text).contains(found);
    refused(FailureType.UNREADABLE, permits, gate.envelope(text.replace(found, replaced)));
  }

  @Test
  void refusesWhatIsNoEnvelope() {
    String good = gate.sign(PERMIT);
    refused(FailureType.UNREADABLE, permits, good.substring(0, good.length() - 1));
    refused(FailureType.UNREADABLE, permits, "null");
    refused(FailureType.UNREADABLE, permits, "");
    refused(FailureType.OVERSIZED, permits, good + " ".repeat(Permit.LIMIT));
    refused(
        FailureType.UNREADABLE,
        permits,
        good.replaceFirst("\"signatures\":\\[(.*)]}", "\"signatures\":[$1,$1]}"));
    refused(
        FailureType.UNREADABLE,
        permits,
        good.replaceFirst("\"signatures\":\\[.*]}", "\"signatures\":[]}"));
  }

  private static void refused(FailureType type, Permits by, String envelope) {
    assertThatThrownBy(() -> by.open(envelope))
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type));
  }
}
