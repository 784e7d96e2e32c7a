package io.countersign.activities.check.risk;

import io.countersign.activities.check.CheckContext;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.release.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How likely harm is: by the gravest finding of each check, by what the release changes, and one
 * step more when findings of at least medium severity come from more than one function, because
 * each of these functions sees its own alone.
 */
final class Likelihood {
  private Likelihood() {}

  static List<Driver> drivers(
      List<CheckResult> results, CheckContext context, Map<String, Level> changes) {
    List<Driver> drivers = new ArrayList<>();
    for (CheckResult result : results) {
      result.findings().stream()
          .filter(finding -> finding.severity() != Severity.INFO)
          .max(Comparator.comparing(Finding::severity).thenComparing(Finding::id))
          .ifPresent(finding -> drivers.add(driver(result, finding)));
    }
    for (Change change : context.world().changes()) {
      Level level = changes.getOrDefault(change.toString(), Level.LOW);
      drivers.add(new Driver(level, "it changes: " + change, "changes"));
    }
    return several(results, drivers);
  }

  private static Driver driver(CheckResult result, Finding finding) {
    long others =
        result.findings().stream().filter(one -> one.severity() != Severity.INFO).count() - 1;
    return new Driver(
        Level.of(finding.severity()),
        finding.message() + (others > 0 ? " (and " + others + " more)" : ""),
        result.check());
  }

  private static List<Driver> several(List<CheckResult> results, List<Driver> drivers) {
    Map<String, Severity> worst = new TreeMap<>();
    for (CheckResult result : results) {
      for (Finding finding : result.findings()) {
        if (finding.severity().compareTo(Severity.MEDIUM) >= 0) {
          worst.merge(
              result.check().substring(0, result.check().indexOf('.')),
              finding.severity(),
              (a, b) -> a.compareTo(b) >= 0 ? a : b);
        }
      }
    }
    if (worst.size() > 1) {
      Level together = Driver.strongest(drivers).raised();
      drivers.add(
          new Driver(
              together,
              "more than one function found something: " + String.join(", ", worst.keySet()),
              "checks"));
    }
    return drivers;
  }
}
