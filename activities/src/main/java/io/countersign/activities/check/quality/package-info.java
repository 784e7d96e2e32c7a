/**
 * What a release's metrics say: thresholds, slices, intervals, and the drop against the
 * predecessor. Reads one report and the settings; never computes a metric itself and never takes a
 * number that is not there for one that holds.
 */
@NullMarked
package io.countersign.activities.check.quality;

import org.jspecify.annotations.NullMarked;
