package io.countersign.activities.evidence;

import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EvidenceLine.Listed;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes evidence bundles: JSON Lines, one DSSE envelope a line (docs/evidence.md, "The bundle").
 * The lines are those of the store, so that the same record gives the same bytes.
 */
public final class Bundles {
  private static final int PAGE = 500;

  private final ReleaseRecord record;
  private final Sealing sealing;

  public Bundles(ReleaseRecord record, Sealing sealing) {
    this.record = record;
    this.sealing = sealing;
  }

  /**
   * Seals what is new, then writes the bundle. No more than one line is in memory, and no
   * connection to the record is held while the receiver takes it. Nothing is written when this
   * fails before the first byte. The stream is flushed, not closed.
   *
   * @throws GateException UNKNOWN_RELEASE when the record has nothing of this release; otherwise as
   *     {@link Sealing#seal}
   */
  public void write(ReleaseId release, OutputStream out) throws IOException {
    if (record.entries().count(release) == 0) {
      throw new GateException(FailureType.UNKNOWN_RELEASE, release.toString());
    }
    sealing.seal(release);
    EvidenceStore store = record.evidence();
    @Nullable Place last = null;
    List<Listed> page = store.list(release, null, PAGE);
    while (!page.isEmpty()) {
      for (Listed line : page) {
        String envelope =
            store
                .envelope(release, line.key())
                .orElseThrow(
                    () ->
                        new GateException(
                            FailureType.RECORD_CONFLICT, "a line of the evidence is gone"));
        out.write(envelope.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
        last = line.place();
      }
      page = store.list(release, last, PAGE);
    }
    out.flush();
  }
}
