package io.countersign.activity;

import io.temporal.activity.ActivityInterface;

/** The sweep's one activity. */
@ActivityInterface
public interface SweepActivities {
  /**
   * One pass over all grants and slots (design, section 4.7). Takes no argument, so that nobody who
   * can schedule activities can tell it what to revoke. Fails retryably, with nothing touched, when
   * Temporal, Vault or PostgreSQL does not answer at all.
   */
  SweepReport sweep();
}
