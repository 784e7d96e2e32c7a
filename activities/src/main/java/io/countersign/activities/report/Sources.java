package io.countersign.activities.report;

import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.release.ReleaseEnd;
import io.countersign.activities.report.CheckRun.Place;
import io.countersign.activities.report.Material.Archive;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a report is made of, read once.
 *
 * @param policy empty when the gate file of the release is not there, or invalid
 */
record Sources(
    FrozenRelease frozen,
    Manifest manifest,
    Optional<GatePolicy> policy,
    List<Entry> entries,
    Archive archive) {

  static Sources read(Material material, DocumentParser parser) {
    return new Sources(
        material.frozen(),
        parser.manifest(Told.parsed(material.frozen().manifest().text()).json()),
        policy(material, parser),
        material.entries(),
        material.archive());
  }

  private static Optional<GatePolicy> policy(Material material, DocumentParser parser) {
    try {
      return material.archive().rules(material.frozen().gateDigest()).map(parser::gatePolicy);
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

  /** The entry that ended the release; null while it goes on. */
  @Nullable Entry end() {
    Entry end = null;
    String state = null;
    for (Entry entry : entries) {
      String now = ReleaseEnd.after(state, entry.kind(), () -> Told.of(entry).line("state"));
      end = now == null ? null : now.equals(state) ? end : entry;
      state = now;
    }
    return end;
  }

  /** Where the bytes of a document are, as far as the report knows. */
  Place place(String digest) {
    try {
      Digest wanted = Digest.parse(digest);
      boolean subject =
          manifest.subjects().all().stream().anyMatch(one -> wanted.equals(one.digest()));
      return subject ? Place.SUBJECT : archive.holds(wanted) ? Place.BUNDLE : Place.ABSENT;
    } catch (IllegalArgumentException | GateException notThere) {
      return Place.ABSENT;
    }
  }
}
