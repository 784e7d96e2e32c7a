package io.countersign.activities.port;

import java.time.Duration;
import java.util.List;

/**
 * Which releases may be decided for at this moment, as the record says. Reading is lock-free and
 * answers from memory; who feeds it reads the record behind it.
 */
public interface LiveDecisions {
  /**
   * What was last read, judged at this moment. Never waits and never throws: before the first
   * complete reading it is {@link Sight#UNREACHABLE} and knows no release. One request asks once,
   * so that it is answered from one reading.
   */
  View view();

  /** Whether a reading may be relied on. Everything but {@link #FRESH} is a denial. */
  enum Sight {
    /** Not older than the limit. */
    FRESH,
    /** Older than the limit, and the record has not said that it is away. */
    STALE,
    /** Older than the limit, or never read, and the last attempt to read failed. */
    UNREACHABLE
  }

  /** One complete reading at the moment of asking. */
  interface View {
    Sight sight();

    /** Time since the last complete reading began; the longest duration before the first. */
    Duration staleness();

    /**
     * The releases of this workload that hold access, are suspended, are being ended or are said to
     * hold access without a proof, in order of their ids. Only those of {@link
     * GovernedRelease.Hold#IN_FORCE} may be decided for.
     */
    List<GovernedRelease> of(WorkloadKey workload);

    /** Releases in force, for measurements. */
    int inForce();
  }

  /** Never read: the longest staleness there is. */
  Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE / 1_000_000_000L);

  /**
   * Whose releases are asked for, as the manifest names it.
   *
   * @param issuer the name of the identity issuer in the gate policy
   * @param subject the exact subject of the workload's token
   */
  record WorkloadKey(String environment, String system, String issuer, String subject) {}
}
