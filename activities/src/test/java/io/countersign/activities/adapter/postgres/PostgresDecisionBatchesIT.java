package io.countersign.activities.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.port.DecisionBatches;
import io.countersign.activities.port.DecisionBatches.Batch;
import io.countersign.activities.port.RecordFixture;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryHash;
import io.countersign.release.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Batches of decision nodes in the store: written by nodes, folded by workers, changed by nobody.
 */
class PostgresDecisionBatchesIT {
  private static final String APPEND_ONLY = "CS001";
  private static final String DENIED = "42501";

  private final PostgresSettings owner = TestPostgres.migratedDatabase();
  private final PostgresDatabase nodes =
      new PostgresDatabase(TestPostgres.as(owner, "countersign_decider"));
  private final PostgresDatabase workers =
      new PostgresDatabase(TestPostgres.as(owner, "countersign_worker"));
  private final DecisionBatches node = new PostgresDecisionBatches(nodes);
  private final DecisionBatches worker = new PostgresDecisionBatches(workers);

  @AfterEach
  void close() {
    nodes.close();
    workers.close();
  }

  @Test
  void keepsTheChainsOfNodesApartAndInOrder() {
    Batch first = batch("a-1", 1, EntryHash.NONE);
    Batch second = batch("a-1", 2, first.digest());
    Batch other = batch("b-1", 1, EntryHash.NONE);
    List.of(first, other, second).forEach(node::store);
    assertThat(worker.unfolded(10)).containsExactly(first, second, other);
    worker.folded(first);
    worker.postponed(other);
    assertThat(worker.unfolded(10)).containsExactly(second);
  }

  @Test
  void takesTheSameBatchAgainAndChangesNothing() {
    Batch first = batch("a-1", 1, EntryHash.NONE);
    node.store(first);
    worker.folded(first);
    node.store(first);
    assertThat(worker.unfolded(10)).isEmpty();
  }

  @Test
  void refusesABatchThatDoesNotFollow() {
    Batch first = batch("a-1", 1, EntryHash.NONE);
    Batch second = batch("a-1", 2, first.digest());
    node.store(first);
    node.store(second);
    for (Batch wrong :
        List.of(
            batch("a-1", 2, EntryHash.NONE),
            batch("a-1", 1, EntryHash.NONE, "another"),
            batch("a-1", 3, first.digest()),
            batch("c-1", 1, first.digest()))) {
      RecordFixture.refused(FailureType.RECORD_CONFLICT, () -> node.store(wrong));
    }
    node.store(batch("a-1", 9, first.digest()));
    assertThat(worker.unfolded(10)).extracting(Batch::number).containsExactly(1L, 2L, 9L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE decision_batch SET envelope = '{}'",
        "DELETE FROM decision_batch",
        "TRUNCATE decision_batch CASCADE"
      })
  void forgetsNothingEvenForItsOwner(String statement) {
    node.store(batch("a-1", 1, EntryHash.NONE));
    refuses(owner, APPEND_ONLY, statement);
    refuses(TestPostgres.as(owner, "countersign_worker"), DENIED, statement);
    refuses(TestPostgres.as(owner, "countersign_decider"), DENIED, statement);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM decision_batch",
        "SELECT * FROM decision_work",
        "DELETE FROM decision_work",
        "INSERT INTO decision_work (node, number) VALUES ('a', 1)",
        "INSERT INTO decision_batch (node, number, previous, hash, envelope, sections, stored_at)"
            + " VALUES ('a', 1, repeat('0', 64), repeat('0', 64), '{}', '{}', now())"
      })
  void letsANodeDoNoMoreThanTell(String statement) {
    refuses(TestPostgres.as(owner, "countersign_decider"), DENIED, statement);
  }

  private static Batch batch(String node, long number, Digest previous) {
    return batch(node, number, previous, "");
  }

  private static Batch batch(String node, long number, Digest previous, String more) {
    return new Batch(
        node,
        number,
        previous,
        RecordFixture.digest(node + number + previous + more),
        "{\"payload\":\"…\"}",
        List.of("{\"release\":\"a/b/1\"}", "{\"release\":\"a/b/2\"}"));
  }

  private static void refuses(PostgresSettings as, String state, String sql) {
    assertThatThrownBy(
            () -> {
              try (Connection connection = TestPostgres.connect(as);
                  Statement statement = connection.createStatement()) {
                statement.execute(sql);
              }
            })
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }
}
