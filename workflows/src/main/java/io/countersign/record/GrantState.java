package io.countersign.record;

/**
 * The life of a grant in the record: {@code WRITING → LIVE → REVOKING → REVOKED}, or from WRITING
 * to REVOKING.
 */
public enum GrantState {
  /** The slot is taken; a role may already be in Vault. */
  WRITING,
  LIVE,
  /** No attempt may write any more; access may still live. */
  REVOKING,
  /** Proved to be gone; the slot is free. */
  REVOKED;

  /** Whether the grant still holds its slot. */
  public boolean open() {
    return this != REVOKED;
  }

  /** Whether the role may still be written. */
  public boolean writable() {
    return this == WRITING || this == LIVE;
  }
}
