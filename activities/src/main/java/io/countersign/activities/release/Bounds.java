package io.countersign.activities.release;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.release.Manifest;
import io.countersign.release.Span;

/**
 * What a manifest may ask for at most. Checked before anything is frozen; Vault's own policy holds
 * the same bounds.
 */
public final class Bounds {
  private Bounds() {}

  /** What the system may have at most; OUTSIDE_POLICY otherwise. */
  public static void requireWithin(SystemPolicy system, Manifest manifest) {
    require(
        manifest.workload().identity().equals(system.subject()),
        "workload.identity: found '"
            + manifest.workload().identity()
            + "', allowed is '"
            + system.subject()
            + "'");
    require(
        manifest.workload().issuer().equals(system.issuer()),
        "workload.issuer: found '"
            + manifest.workload().issuer()
            + "', allowed is '"
            + system.issuer()
            + "'");
    require(
        system.policySets().contains(manifest.access().policies()),
        "access.policies: found "
            + manifest.access().policies()
            + ", allowed are "
            + system.policySets());
    requireAtMost("access.tokenTtl", manifest.access().tokenTtl(), system.tokenTtl());
    requireAtMost("access.validity", manifest.access().validity(), system.validity());
  }

  /** What the tier may have at most; OUTSIDE_POLICY otherwise. */
  public static void requireWithin(Tier tier, Manifest manifest) {
    String of = " in tier " + tier.name();
    requireAtMost("access.tokenTtl" + of, manifest.access().tokenTtl(), tier.caps().tokenTtl());
    requireAtMost("access.validity" + of, manifest.access().validity(), tier.caps().validity());
  }

  private static void requireAtMost(String field, Span found, Span cap) {
    require(found.compareTo(cap) <= 0, field + ": found " + found + ", allowed is at most " + cap);
  }

  private static void require(boolean within, String detail) {
    if (!within) {
      throw new GateException(FailureType.OUTSIDE_POLICY, detail);
    }
  }
}
