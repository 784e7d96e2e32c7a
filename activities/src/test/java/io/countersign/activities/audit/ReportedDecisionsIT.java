package io.countersign.activities.audit;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresDecisionBatches;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.adapter.postgres.PostgresSettings;
import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.port.DecisionBatches;
import io.countersign.activities.port.ReleaseRecord;
import org.junit.jupiter.api.AfterEach;

/** The same through a real store, nodes and workers each with the rights of their own role. */
class ReportedDecisionsIT extends ReportedDecisionsContract {
  private final PostgresSettings owner = TestPostgres.migratedDatabase();
  private final PostgresDatabase nodes =
      new PostgresDatabase(TestPostgres.as(owner, "countersign_decider"));
  private final PostgresDatabase workers =
      new PostgresDatabase(TestPostgres.as(owner, "countersign_worker"));

  @AfterEach
  void close() {
    nodes.close();
    workers.close();
  }

  @Override
  ReleaseRecord record() {
    return new PostgresReleaseRecord(workers);
  }

  @Override
  DecisionBatches batches() {
    return new PostgresDecisionBatches(nodes);
  }
}
