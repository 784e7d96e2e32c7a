package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.EntriesContract;
import io.countersign.activities.port.EvidenceContract;
import io.countersign.activities.port.GrantsContract;
import io.countersign.activities.port.LedgersContract;
import io.countersign.activities.port.ListingContract;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.ReleasesContract;

class UnsafeInMemoryReleaseRecordTests
    implements ReleasesContract,
        ListingContract,
        EntriesContract,
        EvidenceContract,
        GrantsContract,
        LedgersContract {
  private final ReleaseRecord record = new UnsafeInMemoryReleaseRecord();

  @Override
  public ReleaseRecord record() {
    return record;
  }
}
