package io.countersign.activities.adapter.remote;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;

/** The two ways in which reading from elsewhere fails. Neither holds what a server wrote. */
final class Refusals {
  private static final int SHOWN = 200;

  private Refusals() {}

  /** It may not be read, or breaks a limit; trying again does not help. */
  static GateException refused(String found, String where) {
    return new GateException(FailureType.SOURCE_REFUSED, "found " + found + ": " + shown(where));
  }

  /** It could not be read now. */
  static GateException unavailable(String what, String where) {
    return new GateException(FailureType.SOURCE_UNAVAILABLE, shown(where) + " " + what);
  }

  static GateException unavailable(String what, String where, Throwable cause) {
    return new GateException(FailureType.SOURCE_UNAVAILABLE, shown(where) + " " + what, cause);
  }

  private static String shown(String where) {
    String plain = where.replaceAll("[^ -~]", "?");
    return "'" + plain.substring(0, Math.min(SHOWN, plain.length())) + "'";
  }
}
