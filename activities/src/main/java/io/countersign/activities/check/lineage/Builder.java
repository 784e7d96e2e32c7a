package io.countersign.activities.check.lineage;

import java.util.List;

/**
 * A builder whose provenance is taken.
 *
 * @param keys its public keys; none when its statements are unsigned
 * @param buildTypes what it may build; empty for anything
 */
record Builder(String id, List<String> keys, List<String> buildTypes) {
  Builder {
    keys = List.copyOf(keys);
    buildTypes = List.copyOf(buildTypes);
  }
}
