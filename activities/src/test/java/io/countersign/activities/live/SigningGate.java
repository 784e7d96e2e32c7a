package io.countersign.activities.live;

import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.adapter.signing.SignedPermits;
import io.countersign.activities.grant.PermitStatement;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.GateSigner;
import io.countersign.activities.port.Permit;
import io.countersign.activities.port.Permits;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.record.JsonDocument;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A gate with a key of its own, that signs what it is told to. */
public final class SigningGate {
  private final LocalKeySigner key = new LocalKeySigner();
  private final GateSigner gate =
      new GateEnvelopes(() -> new GateKey(key, List.of(key.publicKey())), Clock.systemUTC());

  private final Permits permits = new SignedPermits(Map.of(keyId(), key()));

  public String sign(Permit permit) {
    return sign(PermitStatement.of(permit));
  }

  public String sign(JsonDocument statement) {
    return gate.sign(statement);
  }

  /** Signs whatever it is, as a gate that went mad. */
  public String envelope(String statement) {
    byte[] payload = statement.getBytes(StandardCharsets.UTF_8);
    byte[] sig = key.sign(new DsseEnvelope(DsseEnvelope.IN_TOTO, payload, List.of()).pae());
    return new String(
        new DsseEnvelope(
                DsseEnvelope.IN_TOTO, payload, List.of(new DsseEnvelope.Signature(keyId(), sig)))
            .write(),
        StandardCharsets.UTF_8);
  }

  public String keyId() {
    return key.keyId();
  }

  public VerificationKey key() {
    return VerificationKey.of(key.publicKey());
  }

  /** Of whoever believes this gate alone. */
  public Permits permits() {
    return permits;
  }
}
