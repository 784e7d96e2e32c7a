package io.countersign.gate;

import io.countersign.activity.GrantActivities;
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
import io.temporal.workflow.Workflow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all phases of one gate share: memory, inbox, alarm, board and activities. */
final class Gate {
  /** Messages after which a run hands over to the next, far below the server's limits. */
  private static final int MESSAGES_PER_RUN = 1_000;

  private static final long HISTORY_BYTES_PER_RUN = 8L << 20;

  /**
   * Characters of waiting messages that may travel in the next run's input (limit of a payload: 2
   * MiB).
   */
  private static final long CARRY_LIMIT = 1L << 20;

  final ReleaseId id;
  final Submission submission;
  final Memory memory;
  final Inbox inbox = new Inbox();
  final Alarm alarm = new Alarm();
  final Identity identity;
  private final Board board = new Board();
  private int messages;
  boolean woken;

  final SubmissionActivities submissions = Stubs.quick(SubmissionActivities.class, "Resolve");
  final MessageActivities letters = Stubs.quick(MessageActivities.class, "Verify a signed message");
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
   * Leaves a state before LIVE: through REVOKING when a role may have been written, at once when
   * not.
   */
  void close(GateState end, FailureType type, String why) {
    if (memory.armed) {
      revoke(end, type, why);
    } else {
      turn(end, type, why);
    }
  }

  void tell(EntryKind kind, String key, String detail) {
    record.tell(new Telling(id, kind, key, memory.state, detail));
  }

  GrantActivities grants(String summary) {
    return Stubs.grants(summary);
  }

  /** Whether this run should hand over to the next one, and can without losing a message. */
  boolean full() {
    return (messages >= MESSAGES_PER_RUN
            || Workflow.getInfo().isContinueAsNewSuggested()
            || Workflow.getInfo().getHistorySize() > HISTORY_BYTES_PER_RUN)
        && inbox.load() <= CARRY_LIMIT
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
        m.reason,
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
        m.trouble);
  }
}
