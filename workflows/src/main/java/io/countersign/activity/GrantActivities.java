package io.countersign.activity;

import io.countersign.failure.FailureType;
import io.countersign.grant.Slot;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The access of a release: its beginning, its watch and its end. */
@ActivityInterface
public interface GrantActivities {
  /**
   * Fails retryably until the workload has logged in to the probe role of a free slot. Grants
   * nothing.
   */
  IdentityProved proveIdentity(IdentityRequest request);

  /**
   * Verifies everything from the record, decides again and only then writes the role (I1, I2, I3).
   * Idempotent for one generation.
   */
  GrantOutcome grant(GrantRequest request);

  /** Ends the access and proves it; fails retryably until it is proved (I8). Idempotent. */
  RevokeOutcome revoke(RevokeRequest request);

  /** Compares what Vault and the sources hold with what was approved; changes nothing. */
  WatchReport watch(WatchRequest request);

  record IdentityRequest(ReleaseId release) {}

  record IdentityProved(Instant at) {
    public IdentityProved {
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * @param generation counts the grants of this release, from 1: a restored release has a later one
   * @param firstRunId the first run of the workflow's chain, for the sweeper
   */
  record GrantRequest(ReleaseId release, int generation, String firstRunId) {}

  /** How an attempt to grant ended. */
  enum GrantStatus {
    GRANTED,
    /** The requirements are no longer met: people must sign again. */
    NOT_APPROVED,
    /** A Vault policy in scope changed: the checks run again. */
    SCOPE_CHANGED,
    /** Refused for good. */
    REFUSED,
    /** A freeze window; try again at {@code retryAt}. */
    FROZEN,
    /** Both slots are taken; {@code blockedBy} is in its cutover and should end it. */
    NO_SLOT
  }

  /**
   * @param endsBy what ends the grant before its validity does, in words; null for nothing
   * @param frozenBy the reason of the freeze that holds the release up; null for none
   * @param reviewBy until when an emergency must be reviewed; null when nothing is left to review
   */
  record GrantOutcome(
      GrantStatus status,
      @Nullable Slot slot,
      @Nullable String grantId,
      @Nullable Instant liveAt,
      @Nullable Instant expiresAt,
      @Nullable FailureType type,
      String detail,
      @Nullable DecisionView decision,
      @Nullable Instant retryAt,
      @Nullable ReleaseId blockedBy,
      @Nullable String endsBy,
      @Nullable String frozenBy,
      @Nullable Instant reviewBy) {
    public GrantOutcome(
        GrantStatus status,
        @Nullable Slot slot,
        @Nullable String grantId,
        @Nullable Instant liveAt,
        @Nullable Instant expiresAt,
        @Nullable FailureType type,
        String detail,
        @Nullable DecisionView decision,
        @Nullable Instant retryAt,
        @Nullable ReleaseId blockedBy) {
      this(
          status, slot, grantId, liveAt, expiresAt, type, detail, decision, retryAt, blockedBy,
          null, null, null);
    }

    public GrantOutcome {
      Objects.requireNonNull(status, "status");
      boolean whole = slot != null && grantId != null && liveAt != null && expiresAt != null;
      if (status == GrantStatus.GRANTED && !whole) {
        throw new IllegalArgumentException("grant: a slot, an id and both times are needed");
      }
    }
  }

  /**
   * @param next the state that the release goes to once the end is proved
   * @param reason one line for people
   */
  record RevokeRequest(ReleaseId release, int generation, GateState next, String reason) {}

  /**
   * @param provedAt null when there was nothing to revoke
   * @param rotate Vault policies that let the workload read KV secrets, which outlive every lease
   */
  record RevokeOutcome(@Nullable Instant provedAt, List<String> rotate) {
    public RevokeOutcome {
      rotate = List.copyOf(rotate);
    }
  }

  record WatchRequest(ReleaseId release, int generation) {}

  /** What the watch saw. */
  enum Drift {
    NONE,
    /** Narrower than approved, or a comment changed: an alert. */
    NARROWED,
    /** Wider than approved, or other bytes: suspends. */
    WIDENED,
    /** The rules that are in force withdraw a supplier: suspends. */
    SUPPLIER_WITHDRAWN,
    /** The watch itself failed: an alarm, never a suspension. */
    COULD_NOT_LOOK
  }

  /**
   * @param successor the live release that supersedes this one, if any
   * @param endCutover whether another approved release waits for this one's slot
   */
  record WatchReport(
      Drift drift, String detail, @Nullable ReleaseId successor, boolean endCutover) {
    public WatchReport {
      Objects.requireNonNull(drift, "drift");
    }
  }
}
