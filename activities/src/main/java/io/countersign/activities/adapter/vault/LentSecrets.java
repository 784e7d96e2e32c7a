package io.countersign.activities.adapter.vault;

import io.countersign.grant.SystemRef;
import java.util.List;

/** Which leases of dynamic secrets a system's policies can take. */
@FunctionalInterface
public interface LentSecrets {
  /**
   * The prefixes under which nothing may be overdue when a revocation is to be proved, for example
   * {@code database/creds/fraud-ro}. Asked after the tokens were ended: a failure keeps the proof
   * waiting, never the access alive.
   */
  List<String> prefixes(SystemRef system);

  /** For systems that lend nothing. */
  static LentSecrets none() {
    return system -> List.of();
  }
}
