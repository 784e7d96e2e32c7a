package io.countersign.activities.report;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of a release on one line of time: its states, what people said, its access. */
public record Timeline(
    Instant from, Instant to, List<Phase> phases, List<Mark> marks, List<Access> accesses) {
  public Timeline {
    phases = List.copyOf(phases);
    marks = List.copyOf(marks);
    accesses = List.copyOf(accesses);
  }

  /**
   * @param until when the next began, or the last entry of the record
   */
  public record Phase(String state, Instant from, Instant until) {}

  /** What people said. */
  public enum MarkKind {
    ACCEPTED,
    REFUSED,
    ORDER
  }

  public record Mark(long seq, Instant at, MarkKind kind) {}

  /**
   * @param until when its end was proved; null as long as nobody proved it
   */
  public record Access(String slot, Instant from, @Nullable Instant until) {}
}
