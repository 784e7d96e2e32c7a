package io.countersign.activities.reach;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.port.SubjectSources;
import io.countersign.activities.release.Differences;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the differences between two releases whether the runtime policy may permit more than the
 * predecessor's did. Guard rails are left aside: they are the organisation's and may change while
 * the release is live. What cannot be told counts as wider.
 */
public final class RuntimeDifferences implements Differences {
  private final Differences others;
  private final SubjectSources sources;
  private final PolicyReader reader;

  /**
   * @param others everything but the runtime policy
   */
  public RuntimeDifferences(Differences others, SubjectSources sources, PolicyReader reader) {
    this.others = others;
    this.sources = sources;
    this.reader = reader;
  }

  /** {@inheritDoc} SOURCE_UNAVAILABLE while the release's own policy cannot be had. */
  @Override
  public List<Change> between(
      @Nullable Manifest old,
      SortedMap<String, String> oldPolicies,
      Manifest now,
      SortedMap<String, String> policies,
      GatePolicy rules) {
    List<Change> changes = others.between(old, oldPolicies, now, policies, rules);
    if (old == null || !mayPermitMore(old, now, sources.under(rules))) {
      return changes;
    }
    EnumSet<Change> wider = EnumSet.of(Change.POLICY_WIDENED);
    wider.addAll(changes);
    return List.copyOf(wider);
  }

  private boolean mayPermitMore(Manifest old, Manifest now, SubjectSource source) {
    if (Reach.tools(now).isEmpty()) {
      return false;
    }
    Map<String, byte[]> files;
    try {
      files = reader.files(source, now, Progress.unwatched());
    } catch (GateException failure) {
      if (failure.type().retryable()) {
        throw failure;
      }
      return true;
    }
    try {
      return reader.compare(files, now, old, source).wider();
    } catch (GateException cannotTell) {
      // The predecessor's policy is nothing that this release could wait for.
      return true;
    }
  }
}
