package io.countersign.activities.audit;

import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.port.DecisionBatches;
import io.countersign.activities.port.ReleaseRecord;

class ReportedDecisionsTests extends ReportedDecisionsContract {
  private final ReleaseRecord record = new UnsafeInMemoryReleaseRecord();

  @Override
  ReleaseRecord record() {
    return record;
  }

  @Override
  DecisionBatches batches() {
    return record.decisions();
  }
}
