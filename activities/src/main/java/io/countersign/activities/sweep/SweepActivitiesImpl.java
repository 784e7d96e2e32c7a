package io.countersign.activities.sweep;

import io.countersign.activity.SweepActivities;
import io.countersign.activity.SweepReport;

/** The sweep as an activity. */
public final class SweepActivitiesImpl implements SweepActivities {
  private final Sweeping sweeping;

  public SweepActivitiesImpl(Sweeping sweeping) {
    this.sweeping = sweeping;
  }

  @Override
  public SweepReport sweep() {
    return sweeping.sweep();
  }
}
