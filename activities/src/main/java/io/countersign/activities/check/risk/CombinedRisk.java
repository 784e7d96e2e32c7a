package io.countersign.activities.check.risk;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.check.CheckResult;
import io.countersign.check.Severity;
import io.countersign.release.Change;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code risk.combined-risk}: one explained level from the findings of all functions. It runs when
 * every other check of the round has answered, and what it says is part of what people sign.
 *
 * <p>Likelihood and impact are levels, and their combination is that of NIST SP 800-30 Revision 1,
 * table I-2. Neither is a probability: they say what drives the risk, so that three functions talk
 * about one picture. It fails above the tier's limit.
 *
 * <pre>
 * with:
 *   limit: high                          # the highest level that does not fail
 *   impact:
 *     exposure: {internal: low, customer-facing: high}
 *     autonomy: {assistive: low, agentic: moderate}
 *     dataClasses: {pii: high}
 *     writes: moderate                   # of a release that may change something
 *   change: {first-release: moderate}    # optional; what is not listed is low
 * </pre>
 */
public final class CombinedRisk implements Check {
  /** Drivers of each kind that are shown. */
  private static final int SHOWN = 5;

  @Override
  public String name() {
    return CheckResult.COMBINED;
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings = Settings.of(this, context, "limit", "impact", "change");
    Level limit = ImpactRatings.level(settings, "limit", settings.required("limit"));
    ImpactRatings ratings = ImpactRatings.of(settings);
    Map<String, Level> changes = changes(settings, context);
    List<CheckResult> results = context.world().otherResults();
    List<Driver> likelihood = Likelihood.drivers(results, context, changes);
    List<Driver> impact = Impact.drivers(context, ratings);
    Level likely = Driver.strongest(likelihood);
    Level harm = Driver.strongest(impact);
    Level risk = Level.risk(likely, harm);
    CheckFindings found = new CheckFindings();
    String said =
        "risk "
            + risk
            + ": likelihood "
            + likely
            + ", impact "
            + harm
            + "; owner "
            + context.manifest().metadata().owner();
    if (risk.compareTo(limit) > 0) {
      found.fail(
          "risk-above-limit",
          risk.shownAs(),
          said + "; allowed in this tier is at most " + limit,
          "profile");
    } else {
      found.note("combined-risk", Severity.INFO, said, "profile");
    }
    shown("likelihood", likelihood, found);
    shown("impact", impact, found);
    found.measure("risk", risk.toString());
    found.measure("likelihood", likely.toString());
    found.measure("impact", harm.toString());
    found.measure("checks", Integer.toString(results.size()));
    return found;
  }

  private static Map<String, Level> changes(Settings settings, CheckContext context) {
    JsonNode node = context.with().get("change");
    if (node == null) {
      return new TreeMap<>();
    }
    Map<String, Level> levels = ImpactRatings.levels(settings, "change", node);
    List<String> known = Arrays.stream(Change.values()).map(Change::toString).toList();
    for (String word : levels.keySet()) {
      if (!known.contains(word)) {
        throw settings.refused("change." + word, "one of " + known);
      }
    }
    return levels;
  }

  private static void shown(String kind, List<Driver> drivers, CheckFindings found) {
    drivers.stream()
        .sorted(Driver.STRONGEST)
        .limit(SHOWN)
        .forEach(
            driver ->
                found.note(
                    kind + "-driver",
                    Severity.INFO,
                    kind + " " + driver.level() + ": " + driver.because(),
                    driver.where()));
    found.measure(kind + ".drivers", Integer.toString(drivers.size()));
  }
}
