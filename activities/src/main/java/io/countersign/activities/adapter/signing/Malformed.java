package io.countersign.activities.adapter.signing;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;

/** Refusals of what cannot be read, in one form: field, what was found, what is allowed. */
final class Malformed {
  private static final int SHOWN = 60;

  private Malformed() {}

  static GateException field(String field, String found, String allowed) {
    return unreadable(field + ": found " + found + ", allowed " + allowed);
  }

  static GateException unreadable(String detail) {
    return new GateException(FailureType.UNREADABLE, detail);
  }

  /**
   * Foreign text on one short line: nothing in it may steer a terminal or forge a line of a log.
   */
  static String shown(String foreign) {
    StringBuilder line = new StringBuilder("'");
    foreign
        .codePoints()
        .limit(SHOWN)
        .map(point -> harmless(point) ? point : '?')
        .forEach(line::appendCodePoint);
    return line.append(foreign.codePointCount(0, foreign.length()) > SHOWN ? "…'" : "'").toString();
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
