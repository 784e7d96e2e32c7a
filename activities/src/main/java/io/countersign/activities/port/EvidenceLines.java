package io.countersign.activities.port;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.release.Digest;
import java.util.SortedMap;

/** Opens the lines of an evidence bundle: form first, then a signature of the gate. */
@FunctionalInterface
public interface EvidenceLines {
  /**
   * The most bytes of one line: a document of {@link Documents#MAX_SIZE}, in base64 twice, and room
   * around it.
   */
  int LIMIT = 32 * 1024 * 1024;

  /**
   * One line, read strictly.
   *
   * @throws io.countersign.failure.GateException OVERSIZED or UNREADABLE
   */
  Line open(byte[] line);

  /** A line that was read; nobody's word is believed yet. */
  interface Line {
    /** The line's predicate type. */
    String type();

    /** The in-toto statement. */
    JsonNode statement();

    /** The DSSE envelope, as it was received. */
    JsonNode envelope();

    /** The DSSE envelope, as JSON. */
    byte[] bytes();

    /** Digest of the bytes that a signature covers. */
    Digest statementDigest();

    /** Digest of the DSSE payload. */
    Digest payloadDigest();

    /**
     * Requires the one signature of a statement of the gate, in the one form that the gate writes.
     *
     * @param keys by the id that the signature must name
     * @throws io.countersign.failure.GateException UNREADABLE for another form, UNKNOWN_KEY for
     *     another key, BAD_SIGNATURE
     */
    void requireGate(SortedMap<String, VerificationKey> keys);
  }
}
