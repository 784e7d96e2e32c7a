package io.countersign.activities.report;

/**
 * Text that came from outside, made fit for a page: what controls, reorders or hides text is
 * written as {@code \}{@code u{…}}, and what is longer than people read is cut, and says so.
 */
final class Foreign {
  /** The most code points of one text on a page. */
  static final int LIMIT = 4_000;

  private Foreign() {}

  /** One line. */
  static String line(String text) {
    return shown(text, false);
  }

  /** The same with line feeds kept. */
  static String lines(String text) {
    return shown(text, true);
  }

  private static String shown(String text, boolean lineFeeds) {
    StringBuilder shown = new StringBuilder();
    int[] points = text.codePoints().limit(LIMIT).toArray();
    for (int point : points) {
      if (harmless(point) || (lineFeeds && point == '\n')) {
        shown.appendCodePoint(point);
      } else {
        shown.append("\\u{").append(Integer.toHexString(point)).append('}');
      }
    }
    int left = text.codePointCount(0, text.length()) - points.length;
    return left == 0 ? shown.toString() : shown + " … (" + left + " more characters)";
  }

  private static boolean harmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
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
