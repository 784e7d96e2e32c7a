package io.countersign.activities.scope;

import io.countersign.activities.port.PolicyScope;
import io.countersign.activities.release.Differences;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseDiff;
import io.countersign.release.ScopeView;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares releases and scopes by what their Vault policies mean. A policy that is not understood
 * counts as wider.
 */
public final class VaultPolicyScope implements PolicyScope, Differences {
  @Override
  public boolean covers(SortedMap<String, String> approved, SortedMap<String, String> later) {
    try {
      return VaultPolicies.scope(approved).covers(VaultPolicies.scope(later));
    } catch (IllegalArgumentException notUnderstood) {
      return false;
    }
  }

  @Override
  public List<Change> between(
      @Nullable Manifest old,
      SortedMap<String, String> oldPolicies,
      Manifest now,
      SortedMap<String, String> policies,
      GatePolicy rules) {
    return between(old, oldPolicies, now, policies);
  }

  /** The same, with nothing but the Vault policies looked at. */
  public List<Change> between(
      @Nullable Manifest old,
      SortedMap<String, String> oldPolicies,
      Manifest now,
      SortedMap<String, String> policies) {
    try {
      return ReleaseDiff.between(
          old, now, VaultPolicies.scope(oldPolicies), VaultPolicies.scope(policies));
    } catch (IllegalArgumentException notUnderstood) {
      List<Change> changes = ReleaseDiff.between(old, now, ScopeView.empty(), ScopeView.empty());
      if (old == null) {
        return changes;
      }
      EnumSet<Change> wider = EnumSet.of(Change.SCOPE_WIDENED);
      wider.addAll(changes);
      return new ArrayList<>(wider);
    }
  }
}
