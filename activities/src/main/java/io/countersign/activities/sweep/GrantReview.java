package io.countersign.activities.sweep;

import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.WorkflowDirectory;
import io.countersign.activities.port.WorkflowDirectory.Presence;
import io.countersign.activities.release.EmergencyReview;
import io.countersign.activities.release.Standing;
import io.countersign.activities.sweep.Suspect.DueGrant;
import io.countersign.activity.SweepReport.Reason;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.SystemRef;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether somebody still answers for an open grant. */
final class GrantReview {
  /** What a workflow gets beyond the end of a grant to end it by itself. */
  static final Duration GRACE = Duration.ofMinutes(2);

  /** Sweeps in a row that must have found no workflow before its absence is believed. */
  private static final int ABSENCES = 2;

  private final ReleaseRecord record;
  private final WorkflowDirectory directory;

  GrantReview(ReleaseRecord record, WorkflowDirectory directory) {
    this.record = record;
    this.directory = directory;
  }

  /**
   * The grants that are due.
   *
   * @throws GateException the failure of the directory, when it answered nothing that it was asked
   */
  List<DueGrant> due(List<Grant> grants, String namespaceId, Tally tally) {
    List<DueGrant> due = new ArrayList<>();
    int answered = 0;
    @Nullable GateException silence = null;
    for (Grant grant : grants) {
      if (overAge(grant, tally.at())) {
        due.add(new DueGrant(grant, Reason.OVER_AGE));
        continue;
      }
      Presence presence;
      try {
        presence = directory.presence(grant.release(), grant.runId());
        answered++;
      } catch (GateException failure) {
        silence = silence == null ? failure : silence;
        failed(grant, failure, tally);
        continue;
      }
      try {
        judge(grant, presence, namespaceId, tally).ifPresent(due::add);
      } catch (GateException failure) {
        failed(grant, failure, tally);
      }
    }
    if (silence != null && answered == 0) {
      throw silence;
    }
    return due;
  }

  /** Whether nobody answers for it still, asked again right before something is done about it. */
  boolean stillDue(Grant grant, Instant at) {
    return forbidden(grant, at)
        || directory.presence(grant.release(), grant.runId()) != Presence.RUNNING;
  }

  /**
   * A workflow that runs may have been reset, or told that it had revoked: what the record forbids
   * for longer than a workflow takes is ended here (I3, I13).
   */
  private boolean forbidden(Grant grant, Instant at) {
    return Standing.forbiddenSince(record, grant.release())
            .filter(since -> !at.isBefore(since.plus(GRACE)))
            .isPresent()
        || EmergencyReview.overdue(record, grant.release(), at.minus(GRACE));
  }

  /** A revocation that was begun has its own pace; before that the end of validity is the end. */
  private static boolean overAge(Grant grant, Instant at) {
    return grant.state() != GrantState.REVOKING && !at.isBefore(grant.expiresAt().plus(GRACE));
  }

  private Optional<DueGrant> judge(
      Grant grant, Presence presence, String namespaceId, Tally tally) {
    if (presence == Presence.RUNNING && forbidden(grant, tally.at())) {
      return Optional.of(new DueGrant(grant, Reason.REVOCATION_UNFINISHED));
    }
    if (presence == Presence.RUNNING) {
      record.sweeps().seen(grant.release());
      tally.inOrder();
      return Optional.empty();
    }
    if (presence == Presence.ENDED) {
      // The server knows this very run: its word counts, whatever the namespace is called.
      return Optional.of(new DueGrant(grant, reason(grant, Reason.WORKFLOW_ENDED)));
    }
    if (!namespaceId.equals(grant.namespaceId())) {
      tally.refused(
          SystemRef.of(grant.release()),
          grant.slot(),
          grant.release(),
          reason(grant, presence),
          FailureType.RECORD_CONFLICT,
          "granted in another Temporal namespace than the one that was asked");
      return Optional.empty();
    }
    if (presence == Presence.NOT_FOUND
        && record.sweeps().missing(grant.release(), tally.at()) < ABSENCES) {
      tally.left(
          SystemRef.of(grant.release()),
          grant.slot(),
          grant.release(),
          Reason.WORKFLOW_MISSING,
          "not found for the first time; the next sweep believes it");
      return Optional.empty();
    }
    return Optional.of(new DueGrant(grant, reason(grant, presence)));
  }

  private static Reason reason(Grant grant, Presence presence) {
    return reason(
        grant, presence == Presence.NOT_FOUND ? Reason.WORKFLOW_MISSING : Reason.WORKFLOW_REPLACED);
  }

  private static Reason reason(Grant grant, Reason otherwise) {
    return grant.state() == GrantState.REVOKING ? Reason.REVOCATION_UNFINISHED : otherwise;
  }

  private static void failed(Grant grant, GateException failure, Tally tally) {
    tally.failed(SystemRef.of(grant.release()), grant.slot(), grant.release(), failure);
  }
}
