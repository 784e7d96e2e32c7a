package io.countersign.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.release.Change;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Selects a tier: every list that is given must share a value with the facts. Refused: a condition
 * that says nothing.
 */
public record TierCondition(
    @JsonProperty("always") @Nullable Boolean alwaysTrue,
    @Nullable List<String> environment,
    @Nullable List<String> exposure,
    @Nullable List<String> autonomy,
    @Nullable List<String> dataClasses,
    @Nullable List<Change> change) {

  public TierCondition {
    if (!Boolean.TRUE.equals(alwaysTrue)
        && environment == null
        && exposure == null
        && autonomy == null
        && dataClasses == null
        && change == null) {
      throw new IllegalArgumentException("gate policy: a tier condition must not be empty");
    }
  }

  /** Whether it selects every release. */
  public boolean always() {
    return alwaysTrue != null && alwaysTrue;
  }

  /** Whether it selects a release with these facts. */
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
