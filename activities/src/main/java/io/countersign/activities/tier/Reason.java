package io.countersign.activities.tier;

import io.countersign.policy.TierCondition;
import io.countersign.policy.TierFacts;
import io.countersign.release.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One condition that selected a tier.
 *
 * @param because what held, with the values that made it hold, or the rule's own words
 * @param rule the rule in CEL; null for a condition of another kind
 * @param told false when the rule could not be evaluated, which counts as if it held
 */
public record Reason(String tier, String because, @Nullable String rule, boolean told) {

  /** The reason when this condition selects its tier; null when it does not. */
  static @Nullable Reason of(
      String tier, TierCondition condition, TierFacts facts, Map<String, Object> ruleFacts) {
    if (!condition.matches(facts)) {
      return null;
    }
    String rule = condition.rule();
    String plain = words(condition, facts);
    if (rule == null) {
      return new Reason(tier, plain, null, true);
    }
    String said = plain.isEmpty() ? condition.why() : condition.why() + " (" + plain + ")";
    try {
      return TierRule.of(rule).holds(ruleFacts) ? new Reason(tier, said, rule, true) : null;
    } catch (IllegalArgumentException | IllegalStateException untold) {
      return new Reason(tier, "could not be told, which counts as yes: " + said, rule, false);
    }
  }

  static Reason asked(String tier) {
    return new Reason(tier, "the manifest asks for it: metadata.tier", null, true);
  }

  /** What a condition asks for, in words, whether it holds or not. */
  static Reason wanted(String tier, TierCondition condition) {
    List<String> parts = new ArrayList<>();
    want(parts, "environment", condition.environment());
    want(parts, "exposure", condition.exposure());
    want(parts, "autonomy", condition.autonomy());
    want(parts, "data class", condition.dataClasses());
    List<Change> changes = condition.change();
    want(parts, "change", changes == null ? null : changes.stream().map(Change::toString).toList());
    if (condition.rule() != null) {
      parts.add(condition.why());
    }
    return new Reason(tier, String.join(" and ", parts), condition.rule(), true);
  }

  private static void want(List<String> parts, String name, @Nullable List<String> wanted) {
    if (wanted != null) {
      parts.add(name + " " + String.join(" or ", wanted));
    }
  }

  private static String words(TierCondition condition, TierFacts facts) {
    if (condition.always()) {
      return "it is the tier of every release that no higher one takes";
    }
    List<String> parts = new ArrayList<>();
    add(parts, "environment", condition.environment(), List.of(facts.environment()));
    add(parts, "exposure", condition.exposure(), List.of(facts.exposure()));
    add(parts, "autonomy", condition.autonomy(), List.of(facts.autonomy()));
    add(parts, "data class", condition.dataClasses(), facts.dataClasses());
    List<Change> changes = condition.change();
    add(
        parts,
        "change",
        changes == null ? null : changes.stream().map(Change::toString).toList(),
        facts.changes().stream().map(Change::toString).toList());
    return String.join(" and ", parts);
  }

  private static void add(
      List<String> parts, String name, @Nullable List<String> wanted, List<String> found) {
    if (wanted != null) {
      parts.add(name + " " + String.join(", ", found.stream().filter(wanted::contains).toList()));
    }
  }
}
