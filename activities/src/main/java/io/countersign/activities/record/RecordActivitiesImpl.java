package io.countersign.activities.record;

import io.countersign.activities.port.Notifier;
import io.countersign.activities.release.Ledger;
import io.countersign.activity.RecordActivities;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import java.util.Optional;
import java.util.Set;

/**
 * Records what the workflow tells. Whoever can schedule activities can tell it too, so it can only
 * ever say "no".
 */
public final class RecordActivitiesImpl implements RecordActivities {
  private static final Set<EntryKind> TOLD =
      Set.of(
          EntryKind.STATE,
          EntryKind.REMINDER,
          EntryKind.ALARM,
          EntryKind.SUSPENDED,
          EntryKind.COMPLETE);
  private static final Set<EntryKind> NOTIFIED = Set.of(EntryKind.REMINDER, EntryKind.ALARM);

  private final Ledger ledger;
  private final Notifier notifier;

  public RecordActivitiesImpl(Ledger ledger, Notifier notifier) {
    this.ledger = ledger;
    this.notifier = notifier;
  }

  @Override
  public void tell(Telling telling) {
    if (!TOLD.contains(telling.kind())) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "a workflow may not tell of " + telling.kind());
    }
    if (telling.kind() == EntryKind.COMPLETE && !telling.state().ended()) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, telling.state() + " is not the end of a release");
    }
    String key = key(telling);
    if (ledger.has(telling.release(), telling.kind(), key)) {
      return;
    }
    if (telling.kind() == EntryKind.STATE || telling.kind() == EntryKind.COMPLETE) {
      Optional<String> end = ledger.end(telling.release());
      if (end.isPresent()) {
        afterTheEnd(telling, key, end.get());
        return;
      }
      ledger.state(
          telling.release(), telling.kind(), key, telling.state().name(), telling.detail());
    } else {
      ledger.append(
          telling.release(),
          telling.kind(),
          key,
          body -> body.put("state", telling.state().name()).put("detail", telling.detail()));
    }
    if (NOTIFIED.contains(telling.kind())) {
      notifier.notify(telling.release(), telling.kind(), telling.detail());
    }
  }

  /** The first end stands; that another run told of something else is loud. */
  private void afterTheEnd(Telling telling, String key, String end) {
    String detail = "ended as " + end + "; a later run says " + telling.state();
    if (!ledger.has(telling.release(), EntryKind.ALARM, key)) {
      ledger.append(
          telling.release(),
          EntryKind.ALARM,
          key,
          body -> body.put("state", end).put("detail", detail));
      notifier.notify(telling.release(), EntryKind.ALARM, detail);
    }
  }

  /**
   * What is told has keys of its own: an entry told in advance under the key of a revocation or an
   * order would keep that one out of the record for ever.
   */
  private static String key(Telling telling) {
    String key = "told/" + telling.kind() + "/" + telling.key();
    return telling.kind() == EntryKind.COMPLETE ? key + "/" + telling.state() : key;
  }
}
