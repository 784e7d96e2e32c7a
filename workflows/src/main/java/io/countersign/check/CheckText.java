package io.countersign.check;

/**
 * What the texts of a result may hold: people read them on terminals and pages before they sign.
 */
final class CheckText {
  private CheckText() {}

  /** Refuses empty and long text, and characters that control, reorder or hide text. */
  static void requireLine(String field, String text, int limit) {
    if (text.isBlank() || text.length() > limit) {
      throw new IllegalArgumentException(
          field + ": allowed are 1 to " + limit + " characters that are not all blank");
    }
    if (text.codePoints().anyMatch(CheckText::unreadable)) {
      throw new IllegalArgumentException(
          field + ": found a character that controls, reorders or hides text, allowed are none");
    }
  }

  private static boolean unreadable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
