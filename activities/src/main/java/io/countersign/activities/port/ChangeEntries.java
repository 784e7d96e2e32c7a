package io.countersign.activities.port;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.NewEntry;
import io.countersign.record.StatementNonce;
import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Set;

/**
 * The append-only entries of each release (invariant I11), numbered 1 to n without gaps. A key that
 * is used again with the same kind and body answers the first entry and writes nothing; with
 * another it is {@code RECORD_CONFLICT}.
 */
public interface ChangeEntries {
  /**
   * The most entries that one read answers. More is {@code RECORD_CONFLICT}, never a silently
   * shorter list.
   */
  int MAX_READ = 20_000;

  /** What became of a refusal. */
  enum Refusal {
    /** It stands in the record. */
    RECORDED,
    /** The release has as many refusals of strangers as it may have; only a counter grew. */
    COUNTED
  }

  /** Appends what the gate or a worker tells; sign-offs and orders go through {@link #accept}. */
  Entry append(NewEntry entry);

  /**
   * Appends a verified sign-off or order and uses up the person's nonce. {@code REPLAYED} if
   * another statement or release has used it.
   */
  Entry accept(NewEntry entry, StatementNonce nonce);

  /**
   * Appends a refusal of a sender who proved no identity, up to a cap in the release; after that
   * only counts, so that strangers cannot fill the record. Refusals of known people go through
   * {@link #append}.
   */
  Refusal recordRefusal(NewEntry refusal, int cap);

  /** Refusals that were counted without an entry. */
  long countedRefusals(ReleaseId release);

  /** All entries of a release, first to last. */
  List<Entry> entries(ReleaseId release);

  /** The entries of some kinds, first to last. */
  List<Entry> entries(ReleaseId release, Set<EntryKind> kinds);

  /** At most {@code limit} (1 to 1,000) entries after a number. */
  List<Entry> page(ReleaseId release, long afterSeq, int limit);

  long count(ReleaseId release);

  /** Sign-offs and take-backs: what a reset of the workflow cannot erase. */
  default List<Entry> signOffs(ReleaseId release) {
    return entries(release, Set.of(EntryKind.SIGN_OFF));
  }

  default List<Entry> orders(ReleaseId release) {
    return entries(release, Set.of(EntryKind.ORDER));
  }

  /** Refuses a list that is longer than one read may be. */
  static List<Entry> requireReadable(ReleaseId release, List<Entry> found) {
    if (found.size() > MAX_READ) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, release + " has more than " + MAX_READ + " such entries");
    }
    return found;
  }

  /** Refuses a page that is empty or too long. */
  static void requirePage(int limit) {
    if (limit < 1 || limit > 1_000) {
      throw new IllegalArgumentException("entries: a page has 1 to 1,000 entries");
    }
  }
}
