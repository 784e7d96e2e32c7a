package io.countersign.activities.runtime;

import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.RuntimePolicy;

/** Policies of approved bytes. */
@FunctionalInterface
public interface ApprovedPolicies {
  /** The policy of a release, at once: what has to be read first is answered as missing. */
  Held of(GovernedRelease release);

  /** What there is. */
  sealed interface Held {
    /** A policy whose bytes have the approved digest. */
    record Ready(RuntimePolicy policy) implements Held {}

    /** None, and why. */
    record Missing(DecisionReason reason) implements Held {
      public Missing {
        if (reason.allows()) {
          throw new IllegalArgumentException("what is missing allows nothing");
        }
      }
    }
  }
}
