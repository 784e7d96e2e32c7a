package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.DecisionBatches;
import io.countersign.release.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Batches of decision nodes. The store holds the chain of each node, whoever inserts. */
public final class PostgresDecisionBatches implements DecisionBatches {
  private final PostgresDatabase database;

  public PostgresDecisionBatches(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public void store(Batch batch) {
    database.inTransaction(
        "store decisions",
        session ->
            session.update(
                "INSERT INTO decision_batch (node, number, previous, hash, envelope, sections)"
                    + " VALUES (?, ?, ?, ?, ?, ?)",
                batch.node(),
                batch.number(),
                batch.previous().hex(),
                batch.digest().hex(),
                batch.envelope(),
                String.join("\n", batch.sections())));
  }

  @Override
  public List<Batch> unfolded(int limit) {
    return database.inTransaction(
        "read decisions",
        session ->
            session.list(
                "SELECT b.* FROM decision_work w"
                    + " JOIN decision_batch b ON b.node = w.node AND b.number = w.number"
                    + " WHERE w.due <= clock_timestamp() ORDER BY w.node, w.number LIMIT "
                    + limit,
                PostgresDecisionBatches::batch));
  }

  @Override
  public void folded(Batch batch) {
    database.inTransaction(
        "note folded decisions",
        session ->
            session.update(
                "DELETE FROM decision_work WHERE node = ? AND number = ?",
                batch.node(),
                batch.number()));
  }

  @Override
  public void postponed(Batch batch) {
    database.inTransaction(
        "postpone decisions",
        session ->
            session.update(
                "UPDATE decision_work SET due = clock_timestamp() + interval '10 minutes'"
                    + " WHERE node = ? AND number = ?",
                batch.node(),
                batch.number()));
  }

  @Override
  public List<Place> places(@Nullable Place after, int limit) {
    return database.inTransaction(
        "list decisions",
        session ->
            session.list(
                "SELECT b.node, b.number, w.node IS NOT NULL AS waiting FROM decision_batch b"
                    + " LEFT JOIN decision_work w ON w.node = b.node AND w.number = b.number"
                    + " WHERE (b.node, b.number) > (?, ?) ORDER BY b.node, b.number LIMIT "
                    + limit,
                row ->
                    new Place(
                        row.getString("node"), row.getLong("number"), row.getBoolean("waiting")),
                after == null ? "" : after.node(),
                after == null ? 0L : after.number()));
  }

  @Override
  public Optional<Batch> batch(Place place) {
    return database.inTransaction(
        "read one batch of decisions",
        session ->
            session.first(
                "SELECT * FROM decision_batch WHERE node = ? AND number = ?",
                PostgresDecisionBatches::batch,
                place.node(),
                place.number()));
  }

  private static Batch batch(ResultSet row) throws SQLException {
    return new Batch(
        row.getString("node"),
        row.getLong("number"),
        new Digest(row.getString("previous")),
        new Digest(row.getString("hash")),
        row.getString("envelope"),
        row.getString("sections").lines().toList());
  }
}
