package io.countersign.activities.tier;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.policy.TierCondition;
import io.countersign.policy.TierFacts;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Chooses the tier of a release: the highest that any condition selects, or the one that the
 * manifest asks for when that is higher still. A rule that cannot be evaluated selects its tier.
 */
public final class Tiers {
  private Tiers() {}

  /**
   * @param policies the bodies of the Vault policies in scope, by name
   * @throws GateException OUTSIDE_POLICY when the manifest asks for a tier that does not exist, or
   *     for an emergency where the policy has no tier for it
   */
  public static TierChoice choose(
      GatePolicy policy,
      Manifest manifest,
      List<Change> changes,
      SortedMap<String, String> policies) {
    TierChoice full = full(policy, manifest, changes, policies);
    Manifest.Emergency emergency = manifest.emergency();
    return emergency == null
        ? full
        : emergency(policy, facts(manifest, changes), RuleFacts.of(manifest, changes, policies))
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.OUTSIDE_POLICY,
                        "emergency: the gate policy has no emergency tier for this release"));
  }

  /**
   * The highest emergency tier that a condition selects; the others are never looked at. A rule
   * that could not be told opens none by itself: an emergency is less than the tier it stands for,
   * and not being able to tell must never be the way to less. Beside a condition that holds it
   * selects its tier, if that is the higher one.
   */
  private static Optional<TierChoice> emergency(
      GatePolicy policy, TierFacts facts, Map<String, Object> ruleFacts) {
    TierChoice chosen = null;
    boolean told = false;
    for (Tier tier : policy.tiers()) {
      List<Reason> reasons =
          tier.emergency() == null
              ? List.of()
              : tier.when().stream()
                  .flatMap(
                      condition ->
                          Stream.ofNullable(Reason.of(tier.name(), condition, facts, ruleFacts)))
                  .toList();
      if (!reasons.isEmpty()) {
        chosen = new TierChoice(tier, reasons, List.of());
        told = told || reasons.stream().anyMatch(Reason::told);
      }
    }
    return told ? Optional.ofNullable(chosen) : Optional.empty();
  }

  /** The tier without any emergency: what its release would want at another time. */
  public static TierChoice full(
      GatePolicy policy,
      Manifest manifest,
      List<Change> changes,
      SortedMap<String, String> policies) {
    TierFacts facts = facts(manifest, changes);
    Map<String, Object> ruleFacts = RuleFacts.of(manifest, changes, policies);
    List<Reason> reasons = new ArrayList<>();
    List<Reason> open = new ArrayList<>();
    int chosen = 0;
    for (int i = 0; i < policy.tiers().size(); i++) {
      if (policy.tiers().get(i).emergency() != null) {
        continue;
      }
      String name = policy.tiers().get(i).name();
      for (TierCondition condition : policy.tiers().get(i).when()) {
        Reason reason = Reason.of(name, condition, facts, ruleFacts);
        if (reason == null) {
          open.add(Reason.wanted(name, condition));
        } else {
          reasons.add(reason);
          chosen = i;
        }
      }
    }
    int asked = asked(policy, manifest);
    if (asked > chosen) {
      reasons.add(Reason.asked(policy.tiers().get(asked).name()));
      chosen = asked;
    }
    Set<String> higher =
        policy.tiers().stream().skip(chosen + 1L).map(Tier::name).collect(Collectors.toSet());
    return new TierChoice(
        policy.tiers().get(chosen),
        reasons,
        open.stream().filter(reason -> higher.contains(reason.tier())).toList());
  }

  private static TierFacts facts(Manifest manifest, List<Change> changes) {
    return new TierFacts(
        manifest.metadata().environment(),
        manifest.profile().exposure(),
        manifest.profile().autonomy(),
        manifest.profile().dataClasses(),
        changes);
  }

  /** The place of the tier that the manifest asks for at least; the lowest when it asks nothing. */
  private static int asked(GatePolicy policy, Manifest manifest) {
    String name = manifest.metadata().tier();
    if (name == null) {
      return 0;
    }
    List<String> names = policy.tiers().stream().map(Tier::name).toList();
    boolean ordinary =
        policy.tiers().stream()
            .anyMatch(tier -> tier.name().equals(name) && tier.emergency() == null);
    if (!ordinary) {
      throw new GateException(
          FailureType.OUTSIDE_POLICY, "metadata.tier: found '" + name + "', allowed are " + names);
    }
    return names.indexOf(name);
  }
}
