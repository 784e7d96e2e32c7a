package io.countersign.activities.release;

import io.countersign.policy.GatePolicy;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares a release with its predecessor; reads what the Vault policies and the runtime policies
 * mean, not only their names.
 */
@FunctionalInterface
public interface Differences {
  /**
   * @param old null for a first release
   * @param oldPolicies bodies by name, as frozen with the predecessor
   * @param rules which places of subjects are trusted
   */
  List<Change> between(
      @Nullable Manifest old,
      SortedMap<String, String> oldPolicies,
      Manifest now,
      SortedMap<String, String> policies,
      GatePolicy rules);
}
