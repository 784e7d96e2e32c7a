package io.countersign.activities.check.risk;

import java.util.Comparator;
import java.util.List;

/**
 * One reason why a level is what it is.
 *
 * @param where the check, or the field of the manifest
 */
record Driver(Level level, String because, String where) {
  /** The strongest first; equal ones in a fixed order, so that equal evidence gives equal words. */
  static final Comparator<Driver> STRONGEST =
      Comparator.comparing(Driver::level)
          .reversed()
          .thenComparing(Driver::where)
          .thenComparing(Driver::because);

  /** The strongest level of all; the lowest without any. */
  static Level strongest(List<Driver> drivers) {
    return drivers.stream()
        .map(Driver::level)
        .max(Comparator.naturalOrder())
        .orElse(Level.VERY_LOW);
  }
}
