package io.countersign.activities.adapter.postgres;

import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.port.EntriesContract;
import io.countersign.activities.port.EvidenceContract;
import io.countersign.activities.port.GrantsContract;
import io.countersign.activities.port.LedgersContract;
import io.countersign.activities.port.ListingContract;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.ReleasesContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract on PostgreSQL, with the rights of the worker's role: it needs no more than they are.
 */
class PostgresReleaseRecordIT
    implements ReleasesContract,
        ListingContract,
        EntriesContract,
        EvidenceContract,
        GrantsContract,
        LedgersContract {
  private static PostgresDatabase database;

  @BeforeAll
  static void open() {
    database =
        new PostgresDatabase(
            TestPostgres.as(TestPostgres.migratedDatabase(), "countersign_worker"));
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Override
  public ReleaseRecord record() {
    return new PostgresReleaseRecord(database);
  }
}
