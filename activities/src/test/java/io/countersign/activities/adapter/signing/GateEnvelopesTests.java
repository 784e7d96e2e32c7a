package io.countersign.activities.adapter.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.StatementSigner;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.JsonDocument;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the gate signs, and what it does not. */
class GateEnvelopesTests {
  private static final JsonDocument DRIFT =
      new JsonDocument(
          "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"a/b/1\","
              + "\"digest\":{\"sha256\":\""
              + "0".repeat(64)
              + "\"}}],\"predicateType\":\"https://countersign.io/drift/v1\",\"predicate\":{"
              + "\"release\":\"a/b/1\",\"releaseDigest\":\"sha256:"
              + "0".repeat(64)
              + "\",\"entry\":1,\"at\":\"2026-11-23T08:00:00Z\",\"drift\":\"WIDENED\",\"detail\":\"\"}}");

  private final LocalKeySigner first = new LocalKeySigner();
  private final LocalKeySigner second = new LocalKeySigner();
  private final Hands clock = new Hands();
  private StatementSigner current = first;
  private final GateEnvelopes gate =
      new GateEnvelopes(() -> new GateKey(current, List.of(current.publicKey())), clock);

  @Test
  void signsTheCanonicalFormUnderTheVersionOfItsKey() {
    DsseEnvelope envelope = signed();
    assertThat(envelope.payload()).isEqualTo(DRIFT.text().getBytes(StandardCharsets.UTF_8));
    assertThat(envelope.signatures().get(0).keyid()).isEqualTo(first.keyId());
    assertThat(
            EnvelopeVerifier.verify(envelope, List.of(VerificationKey.of(first.publicKey())))
                .statementDigest())
        .isEqualTo(envelope.statementDigest());
  }

  @Test
  void takesARotatedKeyWithoutARestart() {
    assertThat(signed().signatures().get(0).keyid()).isEqualTo(first.keyId());
    current = second;
    clock.now = clock.now.plus(GateEnvelopes.FRESH);
    assertThat(signed().signatures().get(0).keyid()).isEqualTo(second.keyId());
  }

  @Test
  void handsOutNoSignatureThatDoesNotVerify() {
    current =
        new StatementSigner() {
          @Override
          public String keyId() {
            return first.keyId();
          }

          @Override
          public byte[] sign(byte[] message) {
            return second.sign(message);
          }

          @Override
          public PublicKey publicKey() {
            return first.publicKey();
          }
        };
    refused(FailureType.VAULT_UNAVAILABLE, DRIFT);
  }

  @Test
  void signsNothingThatIsNotOfItsForm() {
    refused(FailureType.INTERNAL, new JsonDocument(DRIFT.text().replace("WIDENED", "FINE")));
    refused(
        FailureType.INTERNAL, new JsonDocument(DRIFT.text().replace("drift/v1", "sign-off/v1")));
  }

  private DsseEnvelope signed() {
    return DsseEnvelope.parse(gate.sign(DRIFT).getBytes(StandardCharsets.UTF_8));
  }

  private void refused(FailureType type, JsonDocument statement) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> gate.sign(statement))
        .satisfies(e -> assertThat(e.type()).isEqualTo(type));
  }

  private static final class Hands extends Clock {
    private Instant now = Instant.parse("2026-11-23T08:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
