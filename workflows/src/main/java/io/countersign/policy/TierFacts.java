package io.countersign.policy;

import io.countersign.release.Change;
import java.util.List;

/** What a tier is selected by. */
public record TierFacts(
    String environment,
    String exposure,
    String autonomy,
    List<String> dataClasses,
    List<Change> changes) {
  public TierFacts {
    dataClasses = List.copyOf(dataClasses);
    changes = List.copyOf(changes);
  }
}
