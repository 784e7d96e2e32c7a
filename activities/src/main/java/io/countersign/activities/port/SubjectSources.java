package io.countersign.activities.port;

import io.countersign.policy.GatePolicy;

/** Opens the places that a gate policy trusts. */
@FunctionalInterface
public interface SubjectSources {
  /** Reads from the places of this policy and from nowhere else. */
  SubjectSource under(GatePolicy policy);
}
