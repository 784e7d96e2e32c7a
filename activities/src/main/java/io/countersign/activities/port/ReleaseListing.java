package io.countersign.activities.port;

import io.countersign.record.ListedRelease;
import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Optional;

/**
 * The releases that the record has heard of, those whose submission was refused included, also when
 * Temporal has forgotten them.
 */
public interface ReleaseListing {
  /** One page, newest submission first; its cost does not grow with the record. */
  List<ListedRelease> list(ReleaseQuery query);

  /** One release; empty when the record never heard of it. */
  Optional<ListedRelease> find(ReleaseId release);
}
