package io.countersign.activities.port;

/** Believes what the gate signed, by the keys that this list has. Never changes. */
public interface Permits {
  /**
   * The permit in an envelope.
   *
   * @throws io.countersign.failure.GateException UNKNOWN_KEY when the envelope names a key that is
   *     not listed, BAD_SIGNATURE when that key did not sign it, UNREADABLE or OVERSIZED when it is
   *     no permit
   */
  Proved open(String envelope);

  /** Whether the key is still listed under its name. */
  boolean believes(Key key);

  /** A permit and who signed it. */
  record Proved(Permit permit, Key key) {}

  /**
   * One version of the gate's key.
   *
   * @param id as signatures name it
   * @param fingerprint SHA-256 over its DER SubjectPublicKeyInfo, hex
   */
  record Key(String id, String fingerprint) {}
}
