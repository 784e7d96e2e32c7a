package io.countersign.activities.port;

import java.util.SortedMap;

/** What access policies mean, beyond their text: the lattice of paths and capabilities. */
@FunctionalInterface
public interface PolicyScope {
  /**
   * Whether everything that {@code later} allows was already allowed by {@code approved}. A body
   * that is not understood covers nothing and is covered by nothing.
   *
   * @param approved bodies by policy name
   * @param later bodies by policy name
   */
  boolean covers(SortedMap<String, String> approved, SortedMap<String, String> later);
}
