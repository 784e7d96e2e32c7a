package io.countersign.activities.port;

import io.countersign.grant.Slot;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** What the sweeper remembers between its runs (design, section 4.7). */
public interface SweepLedger {
  /**
   * Counts a sweep that found no workflow for a grant.
   *
   * @param at time of the sweep; the same or an earlier one is not counted again
   * @return how many sweeps in a row found none
   */
  int missing(ReleaseId grantOwner, Instant at);

  /** The workflow was found: counting begins anew. */
  void seen(ReleaseId grantOwner);

  /**
   * Counts an attempt to clean a slot, and answers how many there were since the last {@link
   * #cleaned}.
   */
  int attempt(String environment, String system, Slot slot);

  /** The slot is clean: counting begins anew. */
  void cleaned(String environment, String system, Slot slot);

  /**
   * Runs a sweep unless another one is running anywhere; then it answers empty at once. If the
   * connection to the store is lost meanwhile another sweep may begin, so each step of a sweep must
   * be safe twice.
   */
  <T> Optional<T> alone(Supplier<T> sweep);
}
