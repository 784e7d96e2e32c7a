package io.countersign.activities.runtime;

import io.countersign.activities.port.GovernedRelease;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer.
 *
 * @param release null where none could be told
 * @param policies that determined the answer; empty where none was asked
 * @param staleness of what was known of the record
 */
public record Decision(
    DecisionReason reason,
    @Nullable GovernedRelease release,
    List<String> policies,
    Duration staleness) {
  public Decision {
    policies = List.copyOf(policies);
    if (reason.allows() && release == null) {
      throw new IllegalArgumentException("an allowance is a release's");
    }
  }

  public boolean allowed() {
    return reason.allows();
  }
}
