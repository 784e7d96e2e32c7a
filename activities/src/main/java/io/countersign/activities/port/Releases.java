package io.countersign.activities.port;

import io.countersign.record.Entry;
import io.countersign.record.FrozenRelease;
import io.countersign.record.NewEntry;
import io.countersign.record.ReleaseStatus;
import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Optional;

/** Releases as they were frozen at submission, and how they stand. */
public interface Releases {
  /**
   * Freezes a release. The first writer of an id wins: the same release digest again answers what
   * is stored, which may differ in everything else; another digest is {@code RELEASE_CONFLICT}.
   */
  default FrozenRelease freeze(FrozenRelease release) {
    return freeze(release, List.of());
  }

  /**
   * Freezes a release and appends what is to be told of it, both or neither: a release that is
   * frozen and says nothing of its submission could never be granted. Entries of a release that
   * stands already are left out.
   */
  FrozenRelease freeze(FrozenRelease release, List<NewEntry> told);

  Optional<FrozenRelease> frozen(ReleaseId release);

  /** The releases of a system that are frozen and have not told of their end, oldest first. */
  List<ReleaseId> incomplete(String environment, String system);

  /**
   * The review round that counts: that of the frozen release, or the newest that was begun. {@code
   * RECORD_CONFLICT} if the release is not frozen.
   */
  int reviewRound(ReleaseId release);

  /**
   * Begins the next review round. The current round again changes nothing; any other than the next
   * is {@code RECORD_CONFLICT}.
   */
  int beginReviewRound(ReleaseId release, int round);

  /**
   * Appends an entry of kind {@code STATE} or {@code COMPLETE} and keeps the state for readers. An
   * entry that is older than the newest told is appended and changes nothing else, and a key that
   * was used changes nothing at all.
   *
   * @param state 1 to 32 of {@code A-Z _}
   */
  Entry tell(NewEntry entry, String state);

  /**
   * The state as last told; {@link ReleaseStatus#UNCONFIRMED} where LIVE was told and the release
   * has no live grant, because whoever can schedule activities can tell. Information, never
   * authority.
   */
  Optional<ReleaseStatus> status(ReleaseId release);
}
