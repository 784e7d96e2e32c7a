package io.countersign.activities.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Whether a release may hold access at all, as the record's grants, orders, take-backs and
 * revocations tell, whatever a workflow says: a reset or a second run erases nothing here (I3,
 * I13).
 */
public enum Standing {
  CLEAR,
  SUSPENDED,
  STANDBY,
  ENDED;

  private static final Set<EntryKind> TELLING =
      Set.of(
          EntryKind.GRANT,
          EntryKind.SIGN_OFF,
          EntryKind.ORDER,
          EntryKind.REVOCATION,
          EntryKind.SUSPENDED,
          EntryKind.COMPLETE);

  /** Reads the entries in order; once ENDED a release stays ENDED. */
  public static Standing of(ReleaseRecord record, ReleaseId release) {
    return of(release, record.entries().entries(release, TELLING));
  }

  /** Whether an entry of this kind tells of a release's standing. */
  public static boolean tells(EntryKind kind) {
    return TELLING.contains(kind);
  }

  /**
   * The standing after these entries.
   *
   * @param entries of the kinds that tell, in order
   */
  public static Standing of(ReleaseId release, List<Entry> entries) {
    Course course = new Course(release);
    for (Entry entry : entries) {
      course.next(entry);
      if (course.standing() == ENDED) {
        return ENDED;
      }
    }
    return course.standing();
  }

  /** Follows what is told of one release, entry by entry. */
  public static final class Course {
    private final ReleaseId release;
    private Standing standing = CLEAR;
    private boolean granted;

    public Course(ReleaseId release) {
      this.release = release;
    }

    /**
     * One more entry of a kind that {@link #tells}; once ENDED a release stays ENDED.
     *
     * @param field a field of its body as text, empty where it has none
     */
    public void next(EntryKind kind, UnaryOperator<String> field) {
      granted = granted(granted, kind);
      standing = standing == ENDED ? ENDED : standing.after(release, kind, field, granted);
    }

    private void next(Entry entry) {
      JsonNode body = Dossiers.json(entry.body());
      next(entry.kind(), name -> body.path(name).asText());
    }

    public Standing standing() {
      return standing;
    }
  }

  private static boolean granted(boolean before, EntryKind kind) {
    return kind == EntryKind.GRANT || (before && kind != EntryKind.REVOCATION);
  }

  /** Since when the release may hold no access; empty when it may. */
  public static Optional<Instant> forbiddenSince(ReleaseRecord record, ReleaseId release) {
    Standing standing = CLEAR;
    Instant since = null;
    boolean granted = false;
    for (Entry entry : record.entries().entries(release, TELLING)) {
      granted = granted(granted, entry.kind());
      standing = standing == ENDED ? ENDED : standing.after(release, entry, granted);
      since = standing == CLEAR ? null : since == null ? entry.at() : since;
    }
    return Optional.ofNullable(since);
  }

  /**
   * When the record last told of a reason to suspend the release; nothing that was signed before
   * ends the suspension.
   */
  public static Optional<Instant> suspendedAt(ReleaseRecord record, ReleaseId release) {
    Instant last = null;
    boolean granted = false;
    for (Entry entry : record.entries().entries(release, TELLING)) {
      granted = granted(granted, entry.kind());
      if (CLEAR.after(release, entry, granted) == SUSPENDED) {
        last = entry.at();
      }
    }
    return Optional.ofNullable(last);
  }

  private Standing after(ReleaseId release, Entry entry, boolean granted) {
    JsonNode body = Dossiers.json(entry.body());
    return after(release, entry.kind(), name -> body.path(name).asText(), granted);
  }

  private Standing after(
      ReleaseId release, EntryKind kind, UnaryOperator<String> field, boolean granted) {
    return switch (kind) {
      case COMPLETE -> afterEnd(GateState.valueOf(field.apply("state")));
      case SUSPENDED -> SUSPENDED;
      case SIGN_OFF ->
          granted && isNo(SignOffDecision.parse(field.apply("decision"))) ? SUSPENDED : this;
      case REVOCATION -> afterRevocation(GateState.valueOf(field.apply("next")));
      case ORDER ->
          afterOrder(
              OrderKind.parse(field.apply("order")),
              release.toString().equals(field.apply("names")));
      default -> this;
    };
  }

  private static boolean isNo(SignOffDecision decision) {
    return decision == SignOffDecision.TAKE_BACK || decision == SignOffDecision.REJECT;
  }

  /**
   * A release that failed by machinery was decided by nobody: the same submission may try again.
   */
  private Standing afterEnd(GateState end) {
    return end == GateState.FAILED ? this : ENDED;
  }

  private Standing afterRevocation(GateState next) {
    if (next.ended()) {
      return afterEnd(next);
    }
    return switch (next) {
      case SUSPENDED -> SUSPENDED;
      case STANDBY -> STANDBY;
      default -> this;
    };
  }

  private Standing afterOrder(OrderKind order, boolean ofThisRelease) {
    return switch (order) {
      case WITHDRAW, RETIRE -> ENDED;
      case SUSPEND -> SUSPENDED;
      case RESTORE -> this == SUSPENDED ? CLEAR : this;
      case ROLLBACK -> ofThisRelease ? ENDED : this == STANDBY ? CLEAR : this;
      case RECHECK -> this;
    };
  }
}
