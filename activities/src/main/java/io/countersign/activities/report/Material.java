package io.countersign.activities.report;

import io.countersign.activities.port.ReleaseRecord;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.FrozenRelease;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Optional;

/**
 * What a report is made of, wherever it came from. Refused: a release without entries, which tells
 * nothing.
 */
public record Material(FrozenRelease frozen, List<Entry> entries, Archive archive) {
  public Material {
    entries = List.copyOf(entries);
    if (entries.isEmpty()) {
      throw new GateException(FailureType.UNKNOWN_RELEASE, "there is no entry of " + frozen.id());
    }
  }

  /** The documents that go with the entries. */
  public interface Archive {
    /** A gate or approvers file, if it is here. */
    Optional<byte[]> rules(Digest digest);

    /** Whether the bytes of a document are here, with this digest. */
    boolean holds(Digest digest);
  }

  /** The material of one release in a record. */
  public static Material of(ReleaseRecord record, ReleaseId release) {
    FrozenRelease frozen =
        record
            .releases()
            .frozen(release)
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.UNKNOWN_RELEASE, "the record has no release " + release));
    return new Material(
        frozen,
        record.entries().entries(release),
        new Archive() {
          @Override
          public Optional<byte[]> rules(Digest digest) {
            return record.documents().document(digest);
          }

          @Override
          public boolean holds(Digest digest) {
            return record.documents().document(digest).isPresent();
          }
        });
  }
}
