package io.countersign.activities.evidence;

import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.GateSigner;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.record.ReleaseSeal;
import io.countersign.release.ReleaseId;
import java.time.Clock;
import java.util.List;

/**
 * Seals what was written to a release and makes the lines of its bundle. Any number of workers may
 * do it at once: the record makes each link once, and the lines that are stored first stay.
 */
public final class Sealing {
  private static final int AT_ONCE = 100;

  private final EvidenceStore store;
  private final SealLines lines;
  private final Clock clock;

  public Sealing(
      ReleaseRecord record, SignedStatements statements, GateSigner signer, Clock clock) {
    this.store = record.evidence();
    this.lines = new SealLines(record, statements, signer);
    this.clock = clock;
  }

  /**
   * Seals every entry of a release that has no seal, and writes every line that is missing.
   *
   * @throws io.countersign.failure.GateException RECORD_CONFLICT when the record's chain does not
   *     hold, which nothing mends; what Vault and PostgreSQL refuse, and then what is done is kept
   */
  public void seal(ReleaseId release) {
    while (store.seal(release, clock.instant()).isPresent()) {
      // Each seal holds a bounded number of entries.
    }
    // In order of the seals: a document stands where it is named for the first time.
    List<ReleaseSeal> unwritten = store.unwritten(release, AT_ONCE);
    while (!unwritten.isEmpty()) {
      unwritten.forEach(lines::write);
      unwritten = store.unwritten(release, AT_ONCE);
    }
  }
}
