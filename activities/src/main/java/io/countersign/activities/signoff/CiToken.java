package io.countersign.activities.signoff;

/**
 * A CI identity token. Has no text form: a class, not a record, so that no JSON writer finds a
 * field.
 */
public final class CiToken {
  /** The most characters that a token may have. */
  public static final int LIMIT = 16_384;

  private final String serialized;

  public CiToken(String serialized) {
    if (serialized.isEmpty() || serialized.length() > LIMIT) {
      throw new IllegalArgumentException("CI token: allowed are 1 to " + LIMIT + " characters");
    }
    this.serialized = serialized;
  }

  /** The token itself, for the verifier and for the statement that carries it. */
  public String reveal() {
    return serialized;
  }

  @Override
  public String toString() {
    return "CiToken[redacted]";
  }
}
