package io.countersign.activities.adapter.signing;

import io.countersign.activities.adapter.signing.DsseEnvelope.Signature;
import io.countersign.activities.port.CheckSigner;
import io.countersign.activities.port.StatementSigner;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.VerificationKey;
import java.security.PublicKey;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** Signs check results with the gate's own key and verifies them with every version of it. */
public final class EnvelopeCheckSigner implements CheckSigner {
  private final String worker;
  private final StatementSigner signer;
  private final Supplier<Collection<PublicKey>> keys;

  /**
   * @param worker name of this worker in statements
   * @param keys the public keys of all versions of the gate's key
   */
  public EnvelopeCheckSigner(
      String worker, StatementSigner signer, Supplier<Collection<PublicKey>> keys) {
    this.worker = worker;
    this.signer = signer;
    this.keys = keys;
  }

  @Override
  public String worker() {
    return worker;
  }

  @Override
  public byte[] sign(CheckStatement statement) {
    DsseEnvelope unsigned = DsseEnvelope.unsigned(StatementWriter.checkResult(statement));
    Signature signature = new Signature(signer.keyId(), signer.sign(unsigned.pae()));
    return new DsseEnvelope(unsigned.payloadType(), unsigned.payload(), List.of(signature)).write();
  }

  @Override
  public Collection<VerificationKey> workers() {
    return keys.get().stream().map(VerificationKey::of).toList();
  }
}
