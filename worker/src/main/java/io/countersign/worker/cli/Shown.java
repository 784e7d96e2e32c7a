package io.countersign.worker.cli;

/** Makes foreign text safe for a terminal: nothing in it can steer one or imitate another line. */
final class Shown {
  private Shown() {}

  /** One line; what controls, reorders or hides text is written as {@code \}{@code u{…}}. */
  static String line(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (harmless(point)) {
                shown.appendCodePoint(point);
              } else {
                shown.append("\\u{").append(Integer.toHexString(point)).append('}');
              }
            });
    return shown.toString();
  }

  /** The same with line feeds kept, for texts of our own that hold foreign words. */
  static String lines(String text) {
    return String.join("\n", text.lines().map(Shown::line).toList());
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
