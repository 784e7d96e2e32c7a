package io.countersign.activities.port;

import java.util.Collection;

/** Opens DSSE envelopes that builders signed. */
@FunctionalInterface
public interface Attestations {
  /** Most bytes of an envelope. */
  int LIMIT = SubjectSource.DOCUMENT_LIMIT;

  /**
   * An envelope of an in-toto statement, read strictly; nobody's word is believed yet.
   *
   * @throws io.countersign.failure.GateException OVERSIZED or UNREADABLE
   */
  Attestation open(byte[] envelope);

  /** An envelope that was read. */
  interface Attestation {
    /** The statement's bytes, exactly as they were signed. */
    byte[] statement();

    /**
     * Whether one of these keys signed it. A key id of the envelope proves nothing and is not
     * asked.
     *
     * @param keys as the gate policy has them; none is no signature
     * @throws io.countersign.failure.GateException INVALID_GATE_POLICY for a text that is no key
     */
    boolean signedBy(Collection<String> keys);
  }
}
