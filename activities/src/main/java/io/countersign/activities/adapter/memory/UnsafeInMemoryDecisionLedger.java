package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.DecisionLedger;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told, without bounds and only in memory. For tests and demonstrations. */
public final class UnsafeInMemoryDecisionLedger implements DecisionLedger {
  private final List<Decided> noted = new ArrayList<>();

  @Override
  public synchronized void note(Decided decided) {
    noted.add(decided);
  }

  /** Everything that was noted, in order. */
  public synchronized List<Decided> noted() {
    return List.copyOf(noted);
  }
}
