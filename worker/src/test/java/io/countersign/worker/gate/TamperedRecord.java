package io.countersign.worker.gate;

import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.port.ChangeEntries;
import io.countersign.activities.port.DecisionBatches;
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
import io.countersign.record.Entry;
import io.countersign.record.FrozenRelease;
import io.countersign.record.NewEntry;
import io.countersign.record.ReleaseStatus;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A record in somebody else's hands: its archive loses documents or finds them changed, and what is
 * frozen is not what the gate meant, on demand.
 */
final class TamperedRecord implements ReleaseRecord {
  final UnsafeInMemoryReleaseRecord honest = new UnsafeInMemoryReleaseRecord();
  final Set<Digest> lost = new HashSet<>();
  final Set<Digest> changed = new HashSet<>();
  volatile UnaryOperator<FrozenRelease> freezing = UnaryOperator.identity();

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

  /** Freezes something else than what the gate wants to freeze. */
  @Override
  public Releases releases() {
    Releases releases = honest.releases();
    return new Releases() {
      @Override
      public FrozenRelease freeze(FrozenRelease release, List<NewEntry> told) {
        return releases.freeze(freezing.apply(release), told);
      }

      @Override
      public Optional<FrozenRelease> frozen(ReleaseId release) {
        return releases.frozen(release);
      }

      @Override
      public List<ReleaseId> incomplete(String environment, String system) {
        return releases.incomplete(environment, system);
      }

      @Override
      public int reviewRound(ReleaseId release) {
        return releases.reviewRound(release);
      }

      @Override
      public int beginReviewRound(ReleaseId release, int round) {
        return releases.beginReviewRound(release, round);
      }

      @Override
      public Entry tell(NewEntry entry, String state) {
        return releases.tell(entry, state);
      }

      @Override
      public Optional<ReleaseStatus> status(ReleaseId release) {
        return releases.status(release);
      }
    };
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

  @Override
  public DecisionBatches decisions() {
    return honest.decisions();
  }
}
