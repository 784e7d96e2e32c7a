package io.countersign.signoff;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * What a person's statement may say at all. People read these texts on terminals and pages before
 * they decide, so nothing that hides, reorders or imitates text gets in.
 */
public final class StatementRules {
  /** The most characters (code points) that a reason may have. */
  public static final int REASON_LIMIT = 1_000;

  /** The most characters (code points) of a person's, a check's or a worker's name. */
  public static final int NAME_LIMIT = 254;

  private static final Pattern NONCE = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{64}");

  private StatementRules() {}

  /**
   * A reason: 1 to 1,000 characters, not blank, newline allowed, no other control or invisible
   * formatting character.
   */
  public static String reason(String text) {
    requireReadable("reason", text, REASON_LIMIT, true);
    return text;
  }

  /** A name on one line: no blank at either end, no control or invisible formatting character. */
  public static String name(String field, String text) {
    requireReadable(field, text, NAME_LIMIT, false);
    if (!text.strip().equals(text)) {
      throw new IllegalArgumentException(field + ": found blanks at an end, allowed are none");
    }
    return text;
  }

  /** 128 random bits as lower-case hex. */
  public static String nonce(String text) {
    if (!NONCE.matcher(text).matches()) {
      throw new IllegalArgumentException("nonce: allowed are 32 lower-case hex digits");
    }
    return text;
  }

  /** The SHA-256 of a public key, lower-case hex. */
  public static String keyId(String text) {
    if (!KEY_ID.matcher(text).matches()) {
      throw new IllegalArgumentException("keyId: allowed are 64 lower-case hex digits");
    }
    return text;
  }

  /** A statement ends after it begins. */
  public static void period(Instant issuedAt, Instant expiresAt) {
    if (!issuedAt.isBefore(expiresAt)) {
      throw new IllegalArgumentException(
          "expiresAt: found " + expiresAt + ", allowed is a time after issuedAt " + issuedAt);
    }
  }

  private static void requireReadable(String field, String text, int limit, boolean newline) {
    int length = text.codePointCount(0, text.length());
    if (text.isBlank() || length > limit) {
      throw new IllegalArgumentException(
          field
              + ": found "
              + length
              + " characters, allowed are 1 to "
              + limit
              + " that are not all blank");
    }
    text.codePoints()
        .filter(point -> !(newline && point == '\n') && !readable(point))
        .findFirst()
        .ifPresent(
            point -> {
              throw new IllegalArgumentException(
                  field
                      + String.format(": found the character U+%04X, allowed are none that", point)
                      + " control, reorder or hide text");
            });
  }

  private static boolean readable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT, // bidirectional controls, zero-width characters, tags
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
