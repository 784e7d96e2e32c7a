package io.countersign.activities.tier;

import io.countersign.policy.GatePolicy.Tier;
import java.util.List;

/**
 * The tier of a release.
 *
 * @param reasons every condition that held, those of lower tiers included, from low to high
 * @param wouldRaise the conditions of higher tiers, which did not hold
 */
public record TierChoice(Tier tier, List<Reason> reasons, List<Reason> wouldRaise) {
  public TierChoice {
    reasons = List.copyOf(reasons);
    wouldRaise = List.copyOf(wouldRaise);
  }

  /** Why it is this tier and no lower one. */
  public List<Reason> decisive() {
    return reasons.stream().filter(reason -> reason.tier().equals(tier.name())).toList();
  }
}
