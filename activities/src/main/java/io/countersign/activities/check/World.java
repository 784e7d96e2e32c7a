package io.countersign.activities.check;

import io.countersign.activities.port.Lookouts;
import io.countersign.check.CheckResult;
import io.countersign.grant.IdentityBinding;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a check may ask beyond files and rules. Each question is asked when a check puts it and
 * fails with SOURCE_UNAVAILABLE or the failure of the dependency: "could not look" is never an
 * answer that passes.
 */
public interface World {
  /** The record's clock. What depends on it says so in days, not in instants. */
  Instant now();

  /**
   * The gate policy that is in force now. It may take away what the release's own rules allow, and
   * never allows what they do not.
   */
  GatePolicy rulesInForce();

  /** What Vault takes as proof of the workload's identity, in both slots. */
  IdentityBinding identity();

  /** Digest of the keys that the gate policy names for the system's issuer. */
  Digest issuerKeys();

  /** Every other release of the gate that holds access now, in the order of their ids. */
  List<LiveNeighbour> liveNeighbours();

  /** How the release differs from its predecessor, as it was frozen. */
  List<Change> changes();

  /**
   * The signed results of every other check of this round, in the order of their names.
   * CHECK_BROKEN while one is missing: what judges the whole must see the whole.
   */
  List<CheckResult> otherResults();

  /**
   * When the predecessor was given its newest access; empty without a predecessor or when it never
   * had any.
   */
  Optional<Instant> predecessorLiveAt();

  /**
   * How another version of this system in this environment stands; empty when the record does not
   * know it.
   */
  Optional<OtherRelease> otherRelease(String version);

  /** What else there is to look at. */
  Lookouts lookouts();
}
