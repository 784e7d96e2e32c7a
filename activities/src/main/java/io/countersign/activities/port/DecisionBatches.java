package io.countersign.activities.port;

import io.countersign.release.Digest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the batches of decision nodes are kept, append-only, one chain a node. */
public interface DecisionBatches {
  /** The most characters of the sections of one batch. */
  int MAX_SECTIONS = 16 * 1024 * 1024;

  /**
   * Stores a batch. The same again changes nothing. {@code RECORD_CONFLICT} when the node has
   * another of this number or a newer one, or when it does not follow the one before; {@code
   * DATABASE_UNAVAILABLE} when the store is away.
   */
  void store(Batch batch);

  /** Batches that were not folded into the record yet, in order by node; at most so many. */
  List<Batch> unfolded(int limit);

  /** A batch was folded. */
  void folded(Batch batch);

  /** A batch cannot be folded now: it is offered again after a while. */
  void postponed(Batch batch);

  /** Where batches stand, after this one, in order by node and number; at most so many. */
  List<Place> places(@Nullable Place after, int limit);

  /**
   * The batch at a place, as long as it is there.
   *
   * @throws IllegalArgumentException when it cannot be read any more
   */
  Optional<Batch> batch(Place place);

  /**
   * @param waiting to be folded into the record
   */
  record Place(String node, long number, boolean waiting) {}

  /**
   * @param previous digest of the payload of the batch before
   * @param digest of this batch's payload
   * @param envelope the signed statement, a DSSE envelope on one line
   * @param sections one canonical JSON text each
   */
  record Batch(
      String node,
      long number,
      Digest previous,
      Digest digest,
      String envelope,
      List<String> sections) {
    public Batch {
      sections = List.copyOf(sections);
      if (sections.isEmpty()
          || sections.stream().anyMatch(section -> section.indexOf('\n') >= 0)
          || sections.stream().mapToLong(section -> section.length() + 1L).sum() > MAX_SECTIONS) {
        throw new IllegalArgumentException("batch: sections are none, too long or of many lines");
      }
    }
  }
}
