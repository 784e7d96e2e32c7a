package io.countersign.activities.adapter.signing;

import io.countersign.activities.adapter.signing.DsseEnvelope.Signature;
import io.countersign.activities.port.CheckSigner;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.StatementSigner;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.VerificationKey;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * Signs check results with the gate's own key and verifies them with every version of it. A rotated
 * key takes effect by itself: for signing once what was read is {@link #FRESH} old, for verifying
 * as soon as a signature is by none of the versions that are known.
 */
public final class EnvelopeCheckSigner implements CheckSigner {
  /** How long a version of the key is signed with before a newer one is looked for. */
  static final Duration FRESH = Duration.ofMinutes(5);

  private final String worker;
  private final Supplier<GateKey> reader;
  private final Clock clock;
  private GateKey known;
  private Instant readAt;

  /**
   * Reads the key, so that a worker without one does not start.
   *
   * @param worker name of this worker in statements
   * @param reader asks for the key and all its versions
   */
  public EnvelopeCheckSigner(String worker, Supplier<GateKey> reader, Clock clock) {
    this.worker = worker;
    this.reader = reader;
    this.clock = clock;
    this.readAt = clock.instant();
    this.known = reader.get();
  }

  /**
   * With a key that is never rotated.
   *
   * @param keys the public keys of all its versions
   */
  public EnvelopeCheckSigner(
      String worker, StatementSigner signer, Supplier<Collection<PublicKey>> keys) {
    this(worker, () -> new GateKey(signer, keys.get()), Clock.systemUTC());
  }

  @Override
  public String worker() {
    return worker;
  }

  @Override
  public byte[] sign(CheckStatement statement) {
    StatementSigner signer = fresh().signer();
    DsseEnvelope unsigned = DsseEnvelope.unsigned(StatementWriter.checkResult(statement));
    Signature signature = new Signature(signer.keyId(), signer.sign(unsigned.pae()));
    return new DsseEnvelope(unsigned.payloadType(), unsigned.payload(), List.of(signature)).write();
  }

  @Override
  public synchronized Collection<VerificationKey> workers() {
    return keys(known);
  }

  @Override
  public Collection<VerificationKey> workersNow() {
    return keys(read());
  }

  private synchronized GateKey fresh() {
    return clock.instant().isBefore(readAt.plus(FRESH)) ? known : read();
  }

  private synchronized GateKey read() {
    known = reader.get();
    readAt = clock.instant();
    return known;
  }

  private static Collection<VerificationKey> keys(GateKey key) {
    return key.publicKeys().stream().map(VerificationKey::of).toList();
  }
}
