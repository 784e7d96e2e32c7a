package io.countersign.activities.check.quality;

import org.jspecify.annotations.Nullable;

/**
 * What figures are about: the whole sample, or one slice of it.
 *
 * @param dimension null for the whole
 * @param slice null for the whole
 */
record Spot(@Nullable String dimension, @Nullable String slice) {
  static final Spot WHOLE = new Spot(null, null);

  static Spot slice(String dimension, String slice) {
    return new Spot(dimension, slice);
  }

  private boolean isWhole() {
    return dimension == null;
  }

  /** The name under which a metric is measured; a successor looks it up. */
  String measurement(String metric) {
    return isWhole() ? "metric." + metric : "slice." + dimension + "." + slice + "." + metric;
  }

  /** The name of something derived from a metric, such as its change. */
  String derived(String kind, String metric) {
    return kind + "." + (isWhole() ? metric : measurement(metric));
  }

  /** The name under which the size is measured. */
  String sizeMeasurement() {
    return isWhole() ? "sampleSize" : "slice." + dimension + "." + slice + ".sampleSize";
  }

  /** Where a field stands in the report. */
  String where(String field) {
    return isWhole() ? field : "slices." + dimension + "." + slice + "." + field;
  }

  /** A metric of this spot, for people. */
  String words(String metric) {
    return isWhole() ? metric : metric + " in " + dimension + " " + slice;
  }
}
