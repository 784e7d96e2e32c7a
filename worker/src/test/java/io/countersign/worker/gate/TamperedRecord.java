package io.countersign.worker.gate;

import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.port.ChangeEntries;
import io.countersign.activities.port.Documents;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.Grants;
import io.countersign.activities.port.Identities;
import io.countersign.activities.port.LiveReleases;
import io.countersign.activities.port.ReleaseListing;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.Releases;
import io.countersign.activities.port.SweepLedger;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A record whose archive loses documents, or finds them changed, on demand. */
final class TamperedRecord implements ReleaseRecord {
  final UnsafeInMemoryReleaseRecord honest = new UnsafeInMemoryReleaseRecord();
  final Set<Digest> lost = new HashSet<>();
  final Set<Digest> changed = new HashSet<>();

  @Override
  public ReleaseListing listing() {
    return honest.listing();
  }

  @Override
  public Documents documents() {
    return new Documents() {
      @Override
      public void putDocument(Digest digest, byte[] content) {
        honest.documents().putDocument(digest, content);
      }

      @Override
      public Optional<byte[]> document(Digest digest) {
        if (changed.contains(digest)) {
          throw new GateException(FailureType.DIGEST_MISMATCH, "the document is not " + digest);
        }
        return lost.contains(digest) ? Optional.empty() : honest.documents().document(digest);
      }
    };
  }

  @Override
  public Releases releases() {
    return honest.releases();
  }

  @Override
  public ChangeEntries entries() {
    return honest.entries();
  }

  @Override
  public EvidenceStore evidence() {
    return honest.evidence();
  }

  @Override
  public Grants grants() {
    return honest.grants();
  }

  @Override
  public LiveReleases live() {
    return honest.live();
  }

  @Override
  public Identities identities() {
    return honest.identities();
  }

  @Override
  public SweepLedger sweeps() {
    return honest.sweeps();
  }
}
