package io.countersign.activities.sweep;

import io.countersign.activities.port.WorkflowDirectory;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.ReleaseId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A Temporal that says what it was told to say. */
final class ScriptedDirectory implements WorkflowDirectory {
  static final String NAMESPACE = "namespace-1";

  private final Map<ReleaseId, Presence> script = new HashMap<>();
  private final Map<ReleaseId, Presence> next = new HashMap<>();
  private final Set<ReleaseId> silent = new HashSet<>();
  private String namespace = NAMESPACE;
  private boolean away;

  void says(ReleaseId release, Presence presence) {
    script.put(release, presence);
  }

  /** What it says from the second question on. */
  void saysThen(ReleaseId release, Presence presence) {
    next.put(release, presence);
  }

  /** Answers with an error about this release alone. */
  void silentAbout(ReleaseId release) {
    silent.add(release);
  }

  /** Is another namespace, where nothing of this is. */
  void wrongNamespace() {
    namespace = "namespace-2";
    script.clear();
  }

  void away(boolean on) {
    away = on;
  }

  @Override
  public String namespaceId() {
    fault(away);
    return namespace;
  }

  @Override
  public Presence presence(ReleaseId release, String firstRunId) {
    fault(away || silent.contains(release));
    Presence now = script.getOrDefault(release, Presence.NOT_FOUND);
    if (next.containsKey(release)) {
      script.put(release, next.remove(release));
    }
    return now;
  }

  @Override
  public boolean running(ReleaseId release) {
    fault(away || silent.contains(release));
    return script.get(release) == Presence.RUNNING;
  }

  private static void fault(boolean on) {
    if (on) {
      throw new GateException(FailureType.TEMPORAL_UNAVAILABLE, "away");
    }
  }
}
