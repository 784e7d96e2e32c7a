package io.countersign.activities.adapter.signing;

import io.countersign.activities.port.GateSigner;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.record.JsonDocument;
import java.nio.charset.StandardCharsets;

/**
 * Signs what a decision node tells with the node's own key, in the form of the gate's envelopes.
 */
public final class NodeEnvelopes implements GateSigner {
  private final SigningKey key;

  public NodeEnvelopes(SigningKey key) {
    this.key = key;
  }

  @Override
  public String sign(JsonDocument statement) {
    GateSchemas.validate(statement);
    byte[] payload = statement.text().getBytes(StandardCharsets.UTF_8);
    return new String(DsseEnvelope.sign(payload, key).write(), StandardCharsets.UTF_8);
  }
}
