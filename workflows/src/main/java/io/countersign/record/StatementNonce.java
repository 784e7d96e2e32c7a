package io.countersign.record;

/** The nonce of one person's signed statement, used once over all releases. */
public record StatementNonce(String person, String nonce) {
  private static final int MAX_LENGTH = 256;

  public StatementNonce {
    requireText("person", person);
    requireText("nonce", nonce);
  }

  private static void requireText(String field, String value) {
    if (value.isBlank()
        || value.length() > MAX_LENGTH
        || value.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "nonce: " + field + " must be 1 to 256 characters without control characters");
    }
  }
}
