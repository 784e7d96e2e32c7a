package io.countersign.activities.port;

import io.countersign.record.EntryKind;
import io.countersign.release.ReleaseId;

/**
 * Tells people outside that a release waits or is in trouble. Losing a notice loses nothing: the
 * record has it.
 */
@FunctionalInterface
public interface Notifier {
  /** Must return quickly and never throw. */
  void notify(ReleaseId release, EntryKind kind, String detail);
}
