package io.countersign.worker.runtime;

import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import java.util.concurrent.ConcurrentHashMap;

/** Lets a workload have so many requests at work, so that none takes the threads of all others. */
final class Turnstile {
  private final int most;
  private final ConcurrentHashMap<WorkloadKey, Integer> inside = new ConcurrentHashMap<>();

  Turnstile(int most) {
    this.most = most;
  }

  /** Whether one more went in; whoever went in has to leave. */
  boolean enter(WorkloadKey workload) {
    boolean[] entered = new boolean[1];
    inside.compute(
        workload,
        (key, before) -> {
          int now = before == null ? 0 : before;
          entered[0] = now < most;
          return entered[0] ? now + 1 : now;
        });
    return entered[0];
  }

  void leave(WorkloadKey workload) {
    inside.computeIfPresent(workload, (key, before) -> before == 1 ? null : before - 1);
  }
}
