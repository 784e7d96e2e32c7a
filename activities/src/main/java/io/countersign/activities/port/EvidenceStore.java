package io.countersign.activities.port;

import io.countersign.record.EvidenceLine;
import io.countersign.record.EvidenceLine.Listed;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.record.ReleaseSeal;
import io.countersign.record.Seal;
import io.countersign.record.Stampable;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The chain of seals over all releases and the lines of their bundles (docs/evidence.md). Both are
 * append-only. What is still to be done is a list of work that any worker may take; doing it twice
 * changes nothing.
 */
public interface EvidenceStore {
  /** The most values that one read answers. */
  int MAX_READ = 1_000;

  /**
   * Closes the release's next entries, as many as one seal may hold. Empty if there are none. Calls
   * at once wait for each other; each makes the next link.
   *
   * @param at time of the seal, kept in microseconds
   */
  Optional<ReleaseSeal> seal(ReleaseId release, Instant at);

  /** Releases that have entries without a seal, at most so many. */
  List<ReleaseId> unsealed(int limit);

  /** The last link of the chain. */
  Optional<Seal> newest();

  /** The links after one number up to another, in order; at most {@link #MAX_READ}. */
  List<Seal> path(long after, long upTo);

  /** The seals of a release after a number, in order. */
  List<ReleaseSeal> seals(ReleaseId release, long after, int limit);

  /** Seals of all releases whose lines are not written yet, in order. */
  List<ReleaseSeal> unwritten(int limit);

  /** Seals of one release whose lines are not written yet, in order. */
  List<ReleaseSeal> unwritten(ReleaseId release, int limit);

  /**
   * Stores all lines of a seal at once, and what of it is to be stamped. Changes nothing if its
   * lines are there already. Of two callers at once the second one waits for the first.
   *
   * @return whether these are the lines that stand
   * @throws io.countersign.failure.GateException RECORD_CONFLICT when another line stands at the
   *     place of one of them: nothing is stored then
   */
  boolean write(ReleaseSeal seal, List<EvidenceLine> lines, List<Stampable> toStamp);

  /** What is to be stamped, seals first, each in order of the seals. */
  List<Stampable> unstamped(int limit);

  /** Stores a time stamp; the first one of its kind wins, and it is not to be stamped any more. */
  void stamp(Stampable stamped, EvidenceLine line);

  /** Whether a line stands under this key. */
  boolean has(ReleaseId release, String key);

  /** The lines of a release after a place, in order; from the first if {@code after} is null. */
  List<Listed> list(ReleaseId release, @Nullable Place after, int limit);

  /** The envelope of a line. */
  Optional<String> envelope(ReleaseId release, String key);

  /** The key of the line that makes a seal's lines complete. */
  static String recordKey(Seal seal) {
    return "record/" + seal.number();
  }

  /** Refuses a read without a bound. */
  static void requireLimit(int limit) {
    if (limit < 1 || limit > MAX_READ) {
      throw new IllegalArgumentException("evidence: a read answers 1 to 1,000 values");
    }
  }
}
