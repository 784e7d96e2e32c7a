package io.countersign.activity;

import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityInterface;

/**
 * What the workflow itself tells: turns, reminders, alarms. It can tell of a "no", never of a
 * "yes".
 */
@ActivityInterface
public interface RecordActivities {
  /**
   * Appends one entry; the same key again writes nothing. Kinds that could widen access are
   * refused.
   */
  void tell(Telling telling);

  /**
   * @param kind STATE, REMINDER, ALARM, SUSPENDED, SUPERSEDED or COMPLETE
   * @param key idempotency key, unique per release
   */
  record Telling(ReleaseId release, EntryKind kind, String key, GateState state, String detail) {}
}
