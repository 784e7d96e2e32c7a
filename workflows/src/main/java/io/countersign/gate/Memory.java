package io.countersign.gate;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView;
import io.countersign.activity.Resolution;
import io.countersign.failure.FailureType;
import io.countersign.grant.Slot;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one gate remembers: the workflow's only mutable state, carried whole when it continues as
 * new. Lists and plain values only, so that its JSON is the same on every replay.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
public final class Memory {
  /** Most lines of {@link #said}; the record has them all. */
  static final int SAID_LIMIT = 100;

  GateState state = GateState.SUBMITTED;
  @Nullable FailureType reasonType;
  @Nullable String reason;

  @Nullable Resolution resolution;
  int round;

  /**
   * Whether the checks of this round are still running; {@link #checks} holds those that have
   * ended.
   */
  boolean checking;

  List<CheckVerdict> checks = new ArrayList<>();
  @Nullable Digest reviewDigest;
  @Nullable DecisionView decision;
  @Nullable Instant signOffsFrom;
  int remindersSent;
  @Nullable Instant identityProvedAt;

  List<Said> said = new ArrayList<>();
  int refusals;
  int unreadable;
  int alarms;
  List<Inbox.Carried> pending = new ArrayList<>();

  /** Counts grants from 1; a raised generation without {@link #liveAt} is compensation armed. */
  int generation;

  boolean armed;
  @Nullable Slot slot;
  @Nullable String grantId;
  @Nullable Instant liveAt;
  @Nullable Instant expiresAt;

  /** What ends the access before its validity does, in words; null for nothing. */
  @Nullable String endsBy;

  /** Reminders of that end which were sent for this grant. */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  int endReminders;

  @Nullable Instant lastWatch;
  @Nullable ReleaseId successor;
  @Nullable Instant cutoverEndsAt;

  /** A successor that was rolled back to this release, and does not supersede it again. */
  @Nullable ReleaseId overcome;

  /** Where REVOKING leads. */
  @Nullable GateState after;

  /** An order that is to be passed on to the predecessor once this release's access is gone. */
  @Nullable String passOn;

  /** Where GRANTING returns to when a restored release is not granted; null for the first grant. */
  @Nullable GateState fallback;

  /** A "no" that came while a role was being written; a grant that ignored it is suspended. */
  @Nullable String doubt;

  /** Until when an emergency must be reviewed; null when nothing is left to review. */
  @Nullable Instant reviewBy;

  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  int reviewReminders;

  @Nullable Instant grantDeadline;

  /**
   * Until when a freeze holds the release up. Kept until people are asked again: their time to sign
   * begins anew after a freeze.
   */
  @Nullable Instant frozenUntil;

  /** The end of SUSPENDED or STANDBY, or of a wait in GRANTING. */
  @Nullable Instant waitsUntil;

  @Nullable Instant revokedAt;
  @Nullable String trouble;

  /**
   * One accepted message, for readers.
   *
   * @param bearer whom Temporal had authenticated as its sender, where it told
   */
  public record Said(Instant at, String person, String what, @Nullable String bearer) {}

  /** Why the release is where it is; while it waits for people, what is missing now. */
  @Nullable String why() {
    String missing =
        state == GateState.AWAITING_SIGN_OFF
                && reasonType == FailureType.NOT_APPROVED
                && decision != null
            ? decision.missing()
            : null;
    return missing == null ? reason : missing;
  }

  /** Until when a freeze holds the release up now. */
  @Nullable Instant heldUntil() {
    return state == GateState.GRANTING ? frozenUntil : null;
  }

  Resolution resolved() {
    Resolution known = resolution;
    if (known == null) {
      throw new IllegalStateException("nothing is scheduled before the release is resolved");
    }
    return known;
  }

  void say(Said line) {
    if (said.size() == SAID_LIMIT) {
      said.remove(0);
    }
    said.add(line);
  }
}
