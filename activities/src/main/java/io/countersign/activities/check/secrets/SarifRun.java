package io.countersign.activities.check.secrets;

import io.countersign.release.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of a scanner, without its results. */
final class SarifRun {
  String tool = "";
  String version = "";
  final List<SarifRule> rules = new ArrayList<>();
  final Map<String, SarifRule> rulesById = new HashMap<>();
  final List<List<SarifRule>> extensions = new ArrayList<>();

  /** Whether there is a list of results, be it empty: without one the scan did not take place. */
  boolean scanned;

  /** Whether the tool says that it did not succeed. */
  boolean failed;

  /** Whether levels were changed for this run, so that those of the rules say nothing. */
  boolean overridden;

  /** Errors that the tool met while it ran. */
  int errors;

  /** Whether parts of the run stand in other files. */
  boolean elsewhere;

  /** Of the digests that were asked for, those that the run names as scanned. */
  final Set<Digest> covered = new HashSet<>();

  /**
   * The rule that a result means; null when the report does not describe it.
   *
   * @param extension index of the component that has the rule; -1 for the tool itself
   */
  @Nullable SarifRule rule(String id, int index, int extension) {
    List<SarifRule> component =
        extension < 0
            ? rules
            : extension < extensions.size() ? extensions.get(extension) : List.of();
    if (index >= 0 && index < component.size()) {
      return component.get(index);
    }
    SarifRule named = rulesById.get(id);
    int slash = id.lastIndexOf('/');
    // A result may name a part of a rule: "CA1000/1" (section 3.27.5).
    return named == null && slash > 0 ? rulesById.get(id.substring(0, slash)) : named;
  }
}
