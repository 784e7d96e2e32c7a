package io.countersign.gate;

import io.countersign.activity.ExternalCheckActivities;
import io.countersign.activity.GrantActivities.GrantOutcome;
import io.countersign.activity.MessageActivities;
import io.countersign.activity.RecordActivities;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.activity.Submission;
import io.countersign.activity.SubmissionActivities;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all phases of one gate share: memory, inbox, alarm, board and activities. */
final class Gate {
  /** Messages after which a run hands over to the next, far below the server's limits. */
  private static final int MESSAGES_PER_RUN = 1_000;

  private static final long HISTORY_BYTES_PER_RUN = 8L << 20;

  /**
   * Bytes of waiting messages that may travel in the next run's input (limit of a payload: 2 MiB).
   */
  private static final long CARRY_LIMIT = 1L << 20;

  final ReleaseId id;
  final Submission submission;
  final Memory memory;
  final Inbox inbox = new Inbox();
  final Alarm alarm = new Alarm();
  final Identity identity;

  /** The attempt to write a role; nothing is revoked before it has ended. */
  @Nullable Promise<GrantOutcome> writing;

  private final Board board = new Board();
  private final List<Promise<Void>> tellings = new ArrayList<>();
  private int messages;

  /** Messages of this run that count. */
  int accepted;

  boolean woken;

  final SubmissionActivities submissions = Stubs.quick(SubmissionActivities.class, "Resolve");
  final ExternalCheckActivities external =
      Stubs.quick(ExternalCheckActivities.class, "A check that somebody else runs");
  final MessageActivities letters = Stubs.letters();
  final RecordActivities record = Stubs.quick(RecordActivities.class, "Tell the record");

  Gate(GateInput input) {
    submission = input.submission();
    id = submission.release();
    memory = input.carried() == null ? new Memory() : input.carried();
    identity = new Identity(memory);
    inbox.addAll(memory.pending);
    memory.pending.clear();
  }

  /** Takes an envelope from any transport. */
  Inbox.Message receive(@Nullable RawValue raw, boolean order) {
    messages++;
    Inbox.Message message = inbox.offer(raw, order);
    if (message.refusal != null) {
      memory.unreadable++;
    }
    return message;
  }

  void show() {
    board.show(id, memory);
  }

  void turn(GateState next) {
    alarm.off();
    memory.state = next;
    show();
  }

  /** Goes on to another state and says why. */
  void turn(GateState next, @Nullable FailureType type, @Nullable String why) {
    memory.reasonType = type;
    memory.reason = why;
    turn(next);
  }

  /** Begins to end the access; {@code after} follows once the end is proved. */
  void revoke(GateState after, @Nullable FailureType type, String why) {
    memory.after = after;
    turn(GateState.REVOKING, type, why);
  }

  /**
   * Leaves a state without access: through REVOKING when a role may have been written, at once when
   * not.
   */
  void close(GateState end, @Nullable FailureType type, String why) {
    if (memory.armed) {
      revoke(end, type, why);
    } else {
      turn(end, type, why);
    }
  }

  /**
   * Tells the record, without waiting for it: an outage of the record must not hold the gate up.
   */
  void tell(EntryKind kind, String key, String detail) {
    Telling telling = new Telling(id, kind, key, memory.state, detail);
    Workflow.newDetachedCancellationScope(
            () -> tellings.add(Async.procedure(record::tell, telling)))
        .run();
  }

  /** Waits until no role is being written. An attempt that was cancelled ends soon. */
  void awaitWriting() {
    Promise<GrantOutcome> attempt = writing;
    if (attempt != null) {
      Workflow.newDetachedCancellationScope(() -> Workflow.await(attempt::isCompleted)).run();
    }
  }

  /** Whether all that was told has arrived, or was given up on. */
  boolean told() {
    tellings.removeIf(Promise::isCompleted);
    return tellings.isEmpty();
  }

  /** Whether this run should hand over to the next one. */
  boolean crowded() {
    return messages >= MESSAGES_PER_RUN
        || Workflow.getInfo().isContinueAsNewSuggested()
        || Workflow.getInfo().getHistorySize() > HISTORY_BYTES_PER_RUN;
  }

  /** Whether this run should hand over, and can without losing a message. */
  boolean full() {
    return crowded()
        && inbox.load() <= CARRY_LIMIT
        && inbox.idle()
        && told()
        && Workflow.isEveryHandlerFinished();
  }

  /** Hands over to the next run. Does not return. */
  void continueAsNew() {
    memory.pending.addAll(inbox.carry());
    Workflow.continueAsNew(new GateInput(submission, memory));
  }

  GateView view() {
    Memory m = memory;
    return new GateView(
        id,
        m.resolution == null ? submission.releaseDigest() : m.resolution.releaseDigest(),
        m.state,
        m.reasonType,
        m.why(),
        m.resolution == null ? null : m.resolution.submitter(),
        m.resolution == null ? null : m.resolution.tier(),
        m.resolution == null ? List.of() : m.resolution.changes(),
        m.resolution == null ? null : m.resolution.predecessor(),
        m.successor,
        m.round,
        m.reviewDigest,
        List.copyOf(m.checks),
        List.copyOf(m.said),
        m.refusals,
        m.unreadable,
        m.decision,
        m.signOffsFrom == null || m.resolution == null
            ? null
            : m.signOffsFrom.plus(m.resolution.signOffs().deadline().duration()),
        m.identityProvedAt,
        m.generation,
        m.slot,
        m.grantId,
        m.liveAt,
        m.expiresAt,
        m.cutoverEndsAt,
        m.waitsUntil,
        m.revokedAt,
        m.trouble,
        GateView.Exceptions.of(m),
        m.resolution == null ? null : m.resolution.differences());
  }
}
