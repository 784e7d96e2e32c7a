package io.countersign.activities.adapter.signing;

import io.countersign.activities.port.Attestations;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.util.Collection;
import java.util.List;

/** Envelopes of builders, with public keys as texts of the gate policy. */
public final class BuilderAttestations implements Attestations {
  @Override
  public Attestation open(byte[] envelope) {
    DsseEnvelope read = DsseEnvelope.parse(envelope, LIMIT);
    return new Attestation() {
      @Override
      public byte[] statement() {
        return read.payload();
      }

      @Override
      public boolean signedBy(Collection<String> keys) {
        List<VerificationKey> known = keys.stream().map(BuilderAttestations::key).toList();
        byte[] signed = read.pae();
        return read.signatures().stream()
            .anyMatch(
                signature -> known.stream().anyMatch(key -> key.verify(signed, signature.sig())));
      }
    };
  }

  private static VerificationKey key(String text) {
    try {
      return Keys.publicKey(text);
    } catch (IllegalArgumentException e) {
      throw new GateException(
          FailureType.INVALID_GATE_POLICY, "a public key of a builder cannot be read");
    }
  }
}
