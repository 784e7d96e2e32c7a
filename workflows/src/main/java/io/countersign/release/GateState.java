package io.countersign.release;

/**
 * Where a release stands. "No" (REJECTED), "nobody answered" (EXPIRED) and "broken" (FAILED) are
 * never one word.
 */
public enum GateState {
  SUBMITTED,
  CHECKING,
  AWAITING_SIGN_OFF,
  GRANTING,
  LIVE,
  SUSPENDED,
  REVOKING,
  STANDBY,
  RETIRED,
  ROLLED_BACK,
  EXPIRED,
  REJECTED,
  WITHDRAWN,
  FAILED;

  /** Whether nothing follows. */
  public boolean ended() {
    return ordinal() >= RETIRED.ordinal();
  }

  /** Whether the release was never live in this state. */
  public boolean beforeLive() {
    return ordinal() <= GRANTING.ordinal();
  }
}
