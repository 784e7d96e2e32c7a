package io.countersign.activities.report;

import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a report is made of, read once.
 *
 * @param policy empty when the bundle does not hold the gate file of the release, or it is invalid
 */
record Sources(
    FrozenRelease frozen,
    Manifest manifest,
    Optional<GatePolicy> policy,
    List<Entry> entries,
    ReleaseRecord record) {

  static Sources read(ReleaseRecord record, DocumentParser parser, ReleaseId release) {
    FrozenRelease frozen =
        record
            .releases()
            .frozen(release)
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.UNKNOWN_RELEASE, "the record has no release " + release));
    List<Entry> entries = record.entries().entries(release);
    if (entries.isEmpty()) {
      throw new GateException(FailureType.UNKNOWN_RELEASE, "the record has no entry of " + release);
    }
    return new Sources(
        frozen,
        parser.manifest(Told.parsed(frozen.manifest().text()).json()),
        policy(record, parser, frozen.gateDigest()),
        entries,
        record);
  }

  private static Optional<GatePolicy> policy(
      ReleaseRecord record, DocumentParser parser, Digest digest) {
    try {
      return record.documents().document(digest).map(parser::gatePolicy);
    } catch (GateException unreadable) {
      return Optional.empty();
    }
  }

  Stream<Entry> of(EntryKind kind) {
    return entries.stream().filter(entry -> entry.kind() == kind);
  }

  Optional<Entry> first(EntryKind kind) {
    return of(kind).findFirst();
  }

  Entry last() {
    return entries.get(entries.size() - 1);
  }

  /** Whether the bytes of a document are here. */
  boolean holds(String digest) {
    try {
      return record.documents().document(Digest.parse(digest)).isPresent();
    } catch (IllegalArgumentException | GateException notThere) {
      return false;
    }
  }
}
