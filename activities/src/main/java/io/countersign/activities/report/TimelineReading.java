package io.countersign.activities.report;

import io.countersign.activities.report.Timeline.Access;
import io.countersign.activities.report.Timeline.Mark;
import io.countersign.activities.report.Timeline.MarkKind;
import io.countersign.activities.report.Timeline.Phase;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the states of a release off its entries. */
final class TimelineReading {
  private TimelineReading() {}

  static Timeline of(Sources sources, List<Voice> voices, List<GrantLife> grants) {
    Instant from = sources.entries().get(0).at();
    Instant to = sources.entries().stream().map(Entry::at).max(Instant::compareTo).orElse(from);
    return new Timeline(from, to, phases(sources, to), marks(voices), accesses(grants));
  }

  private static List<Phase> phases(Sources sources, Instant to) {
    List<Phase> phases = new ArrayList<>();
    boolean granted = false;
    boolean ended = false;
    Entry end = sources.end();
    for (Entry entry : sources.entries()) {
      if (ended) {
        break;
      }
      ended = entry.equals(end);
      granted |= entry.kind() == EntryKind.GRANT;
      String state = state(entry);
      boolean nothingToRevoke = entry.kind() == EntryKind.REVOCATION && !granted;
      if (state == null || nothingToRevoke) {
        continue;
      }
      int last = phases.size() - 1;
      if (last >= 0 && phases.get(last).state().equals(state)) {
        continue;
      }
      if (last >= 0) {
        phases.set(last, new Phase(phases.get(last).state(), phases.get(last).from(), entry.at()));
      }
      phases.add(new Phase(state, entry.at(), to));
    }
    return phases;
  }

  /** The state that begins with an entry; null when it tells of none. */
  static @Nullable String state(Entry entry) {
    return switch (entry.kind()) {
      case SUBMITTED -> GateState.CHECKING.name();
      case REVIEW -> GateState.AWAITING_SIGN_OFF.name();
      case ORDER ->
          Told.of(entry).line("order").equals("recheck") ? GateState.CHECKING.name() : null;
      case DECISION ->
          Told.of(entry).line("outcome").equals("APPROVED") ? GateState.GRANTING.name() : null;
      case GRANT -> GateState.LIVE.name();
      case SUSPENDED -> GateState.SUSPENDED.name();
      case REVOCATION -> GateState.REVOKING.name();
      case STATE, COMPLETE -> known(Told.of(entry).line("state"));
      default -> null;
    };
  }

  private static @Nullable String known(String state) {
    for (GateState one : GateState.values()) {
      if (one.name().equals(state)) {
        return state;
      }
    }
    return null;
  }

  private static List<Mark> marks(List<Voice> voices) {
    return voices.stream()
        .map(
            voice ->
                new Mark(
                    voice.seq(),
                    voice.at(),
                    !voice.accepted()
                        ? MarkKind.REFUSED
                        : voice.kind() == Voice.Kind.ORDER ? MarkKind.ORDER : MarkKind.ACCEPTED))
        .toList();
  }

  private static List<Access> accesses(List<GrantLife> grants) {
    return grants.stream()
        .map(
            grant ->
                new Access(
                    grant.slot(), grant.at(), grant.proof() == null ? null : grant.proof().at()))
        .toList();
  }
}
