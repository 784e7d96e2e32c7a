package io.countersign.activities.adapter.files;

import java.util.OptionalInt;

/**
 * Which characters text may hold: nothing that controls, reorders or hides text, in a file, a
 * comment or a name.
 */
final class Readable {
  private Readable() {}

  static boolean readable(int point) {
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

  /** The first character that is refused. */
  static OptionalInt firstUnreadable(String text, boolean newline) {
    return text.codePoints()
        .filter(point -> !readable(point) && !(newline && point == '\n'))
        .findFirst();
  }

  static String name(int point) {
    return String.format("the character U+%04X", point);
  }
}
