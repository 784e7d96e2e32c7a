package io.countersign.record;

import io.countersign.release.ReleaseId;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * One line of a release's evidence bundle, as stored: made once and never changed.
 *
 * @param key names the line in its release; the first writer of a key wins
 * @param envelope one DSSE envelope as JSON, without a line feed
 */
public record EvidenceLine(ReleaseId release, Place place, String key, String envelope) {
  private static final Pattern KEY = Pattern.compile("[!-~]{1,200}");

  public EvidenceLine {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("line: key must be 1 to 200 printable ASCII characters");
    }
    if (envelope.isBlank() || envelope.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("line: the envelope must be one line");
    }
  }

  /** What stands where among the lines of one seal, in this order (docs/evidence.md). */
  public enum Stage {
    DOCUMENT,
    RECORD,
    ENTRY,
    STATEMENT_STAMP,
    SEAL_STAMP
  }

  /**
   * Where a line stands in the bundle; lines are in this order.
   *
   * @param seal number of the seal
   * @param seq of the entry that the line belongs to, 0 where it belongs to the seal
   * @param part 0 to n of the same entry
   */
  public record Place(long seal, Stage stage, long seq, int part) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparingLong(Place::seal)
            .thenComparing(Place::stage)
            .thenComparingLong(Place::seq)
            .thenComparingInt(Place::part);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  /** A line without its envelope, which may be large. */
  public record Listed(Place place, String key) {}
}
