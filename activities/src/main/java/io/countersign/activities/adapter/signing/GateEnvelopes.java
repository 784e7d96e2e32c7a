package io.countersign.activities.adapter.signing;

import io.countersign.activities.adapter.signing.DsseEnvelope.Signature;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.GateSigner;
import io.countersign.activities.port.StatementSigner;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.JsonDocument;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Signs the gate's statements, and verifies what it signed before anybody stores it. After a
 * rotation the newest version is taken as soon as what was read is {@link #FRESH} old.
 */
public final class GateEnvelopes implements GateSigner {
  /** How long a version of the key is signed with before a newer one is looked for. */
  static final Duration FRESH = Duration.ofMinutes(1);

  private final Supplier<GateKey> reader;
  private final Clock clock;
  private @Nullable StatementSigner known;
  private Instant readAt = Instant.EPOCH;

  /**
   * @param reader asks for the key; first when the first statement is signed
   */
  public GateEnvelopes(Supplier<GateKey> reader, Clock clock) {
    this.reader = reader;
    this.clock = clock;
  }

  @Override
  public String sign(JsonDocument statement) {
    GateSchemas.validate(statement);
    byte[] payload = statement.text().getBytes(StandardCharsets.UTF_8);
    byte[] signed = DsseEnvelope.pae(DsseEnvelope.IN_TOTO, payload);
    StatementSigner signer = fresh();
    byte[] signature = signer.sign(signed);
    if (!VerificationKey.of(signer.publicKey()).verify(signed, signature)) {
      throw new GateException(
          FailureType.VAULT_UNAVAILABLE,
          "a signature by " + signer.keyId() + " does not verify with its public key");
    }
    DsseEnvelope envelope =
        new DsseEnvelope(
            DsseEnvelope.IN_TOTO, payload, List.of(new Signature(signer.keyId(), signature)));
    return new String(envelope.write(), StandardCharsets.UTF_8);
  }

  private synchronized StatementSigner fresh() {
    Instant now = clock.instant();
    StatementSigner signer = known;
    if (signer == null || !now.isBefore(readAt.plus(FRESH))) {
      signer = reader.get().signer();
      known = signer;
      readAt = now;
    }
    return signer;
  }
}
