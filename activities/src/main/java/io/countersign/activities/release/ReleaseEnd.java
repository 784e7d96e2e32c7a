package io.countersign.activities.release;

import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state in which the record says that a release ended. The first end stands: whoever can start
 * a second run of an ended release could tell of another one. Only FAILED, which nobody decided, is
 * followed by another.
 */
public final class ReleaseEnd {
  private ReleaseEnd() {}

  /** The end as it is after these entries, in order; null while the release goes on. */
  public static @Nullable String of(List<Entry> entries) {
    String end = null;
    for (Entry entry : entries) {
      end = after(end, entry.kind(), () -> Dossiers.json(entry.body()).path("state").asText());
    }
    return end;
  }

  /**
   * The end after one more entry.
   *
   * @param end as it was before; null while the release goes on
   * @param state what the entry says of the state, asked of {@link EntryKind#COMPLETE} alone
   */
  public static @Nullable String after(
      @Nullable String end, EntryKind kind, Supplier<String> state) {
    if (kind == EntryKind.COMPLETE) {
      return end == null || end.equals(GateState.FAILED.name()) ? state.get() : end;
    }
    return kind.leavesTheEnd() ? end : null;
  }
}
