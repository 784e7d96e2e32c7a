package io.countersign.activities.port;

import io.countersign.policy.GatePolicy;

/** Makes a verifier of CI tokens from the rules of a gate policy. */
@FunctionalInterface
public interface CiTokenRules {
  CiTokens under(GatePolicy policy);
}
