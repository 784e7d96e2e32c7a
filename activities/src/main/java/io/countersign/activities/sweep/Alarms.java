package io.countersign.activities.sweep;

import io.countersign.activities.port.Notifier;
import io.countersign.activities.release.Ledger;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;

/** Says loudly what the sweeper cannot or may not end: once in the record, every time to people. */
final class Alarms {
  private final Ledger ledger;
  private final Notifier notifier;

  Alarms(Ledger ledger, Notifier notifier) {
    this.ledger = ledger;
    this.notifier = notifier;
  }

  void ring(Suspect suspect, String detail) {
    suspect.releases().forEach(release -> ring(release, detail));
  }

  void ring(ReleaseId release, String detail) {
    notifier.notify(release, EntryKind.ALARM, detail);
    String key = "sweep-alarm/" + Digest.of(detail.getBytes(StandardCharsets.UTF_8)).hex();
    try {
      ledger.append(release, EntryKind.ALARM, key, body -> body.put("detail", detail));
    } catch (GateException away) {
      // The report has the same words, and a record that is away must not end the sweep.
      notifier.notify(release, EntryKind.ALARM, "the alarm is not recorded: " + away.type());
    }
  }
}
