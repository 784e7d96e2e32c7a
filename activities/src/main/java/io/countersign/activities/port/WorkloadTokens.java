package io.countersign.activities.port;

import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.policy.GatePolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Proves workloads by the tokens that their own platform issued to them. */
@FunctionalInterface
public interface WorkloadTokens {
  /** The most characters of a token. */
  int LIMIT = 8 * 1024;

  /** What stands behind a system's audience in a token that is for decisions. */
  String DECIDE = "/decide";

  /**
   * The workload that a token proves. Its audience is the system's with {@value #DECIDE}, and may
   * name the version of its release behind another slash: {@code <audience>/decide/<version>}.
   *
   * @throws io.countersign.failure.GateException BAD_TOKEN, or SOURCE_UNAVAILABLE where the
   *     issuer's keys were never in reach
   */
  Caller verify(String token, Instant at);

  /** Makes a verifier of the rules that are in force. */
  @FunctionalInterface
  interface Rules {
    /** INVALID_GATE_POLICY when a file that the rules name cannot be used. */
    WorkloadTokens under(GatePolicy policy);
  }

  /**
   * Who asks.
   *
   * @param version of the release that the token is for; null where it names none
   */
  record Caller(WorkloadKey workload, @Nullable String version) {}
}
