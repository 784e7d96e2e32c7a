package io.countersign.activities.reach;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a release's runtime policy differs from its predecessor's, in lines of {@link Reach#lines}.
 *
 * @param untold why it could not be told; null where it was
 * @param more what may be permitted now and was not before
 * @param otherwise what was permitted for some arguments and is now for others, or for all
 * @param less what was permitted before and is not any more
 */
public record PolicyComparison(
    @Nullable String untold, List<String> more, List<String> otherwise, List<String> less) {
  public PolicyComparison {
    more = List.copyOf(more);
    otherwise = List.copyOf(otherwise);
    less = List.copyOf(less);
  }

  static PolicyComparison of(Reach now, Reach before) {
    return new PolicyComparison(
        null,
        Reach.lines(now.beyond(before)),
        Reach.lines(now.otherwise(before)),
        Reach.lines(before.beyond(now)));
  }

  static PolicyComparison untold(String why) {
    return new PolicyComparison(why, List.of(), List.of(), List.of());
  }

  /** Whether more may be permitted than before. In doubt it may. */
  public boolean wider() {
    return untold != null || !more.isEmpty() || !otherwise.isEmpty();
  }
}
