package io.countersign.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.release.Change;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Selects a tier: every list that is given must share a value with the facts, and the rule, when
 * there is one, must hold as well. Refused: a condition that says nothing, a rule without a reason.
 *
 * @param rule a boolean expression in CEL over release, diff and scope; evaluated by whoever knows
 *     CEL
 * @param because what people read when the rule holds
 */
public record TierCondition(
    @JsonProperty("always") @Nullable Boolean alwaysTrue,
    @Nullable List<String> environment,
    @Nullable List<String> exposure,
    @Nullable List<String> autonomy,
    @Nullable List<String> dataClasses,
    @Nullable List<Change> change,
    @Nullable String rule,
    @Nullable String because) {

  public TierCondition {
    if (!Boolean.TRUE.equals(alwaysTrue)
        && environment == null
        && exposure == null
        && autonomy == null
        && dataClasses == null
        && change == null
        && rule == null) {
      throw new IllegalArgumentException("gate policy: a tier condition must not be empty");
    }
    if (rule != null && Boolean.TRUE.equals(alwaysTrue)) {
      throw new IllegalArgumentException(
          "gate policy: a tier condition: always and rule do not stand together");
    }
    if ((rule == null) != (because == null)) {
      throw new IllegalArgumentException(
          "gate policy: a tier condition: rule and because stand together or not at all");
    }
  }

  /** Whether it selects every release. */
  public boolean always() {
    return alwaysTrue != null && alwaysTrue;
  }

  /** What people read when it holds. */
  public String why() {
    return because == null ? "" : because;
  }

  /** Whether all of it but the rule selects a release with these facts. */
  public boolean matches(TierFacts facts) {
    return always()
        || (shares(environment, List.of(facts.environment()))
            && shares(exposure, List.of(facts.exposure()))
            && shares(autonomy, List.of(facts.autonomy()))
            && shares(dataClasses, facts.dataClasses())
            && shares(change, facts.changes()));
  }

  private static <T> boolean shares(@Nullable List<T> wanted, List<T> found) {
    return wanted == null || !Collections.disjoint(wanted, found);
  }
}
