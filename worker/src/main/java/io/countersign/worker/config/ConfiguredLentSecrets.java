package io.countersign.worker.config;

import io.countersign.activities.adapter.vault.LentSecrets;
import io.countersign.activities.port.GateRules;
import io.countersign.failure.GateException;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lease prefixes that the gate policy names now. While its file cannot be used, what was read
 * last; when nothing was read yet, RULES_UNUSABLE: then nobody can say what a proof has to look at.
 */
final class ConfiguredLentSecrets implements LentSecrets {
  private final GateRules rules;
  private volatile @Nullable GatePolicy last;

  ConfiguredLentSecrets(GateRules rules) {
    this.rules = rules;
  }

  @Override
  public List<String> prefixes(SystemRef system) {
    return policy()
        .system(system.environment(), system.system())
        .map(GatePolicy.SystemPolicy::dynamicSecrets)
        .orElse(List.of());
  }

  private GatePolicy policy() {
    try {
      GatePolicy now = rules.now().policy();
      last = now;
      return now;
    } catch (GateException unusable) {
      GatePolicy before = last;
      if (before == null) {
        throw unusable;
      }
      return before;
    }
  }
}
