package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.SweepLedger;
import io.countersign.grant.Slot;
import io.countersign.release.ReleaseId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

final class PostgresSweepLedger implements SweepLedger {
  /** Names the sweep among the advisory locks of this database: "csgnswep" in ASCII. */
  private static final long LOCK = 0x6373676e73776570L;

  private final PostgresDatabase database;

  PostgresSweepLedger(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public int missing(ReleaseId grantOwner, Instant at) {
    return database.inTransaction(
        "count a missing workflow",
        session ->
            session
                .first(
                    "INSERT INTO sweep_missing AS m (release, sweeps, at) VALUES (?, 1, ?)"
                        + " ON CONFLICT (release) DO UPDATE SET"
                        + " sweeps = m.sweeps + CASE WHEN EXCLUDED.at > m.at THEN 1 ELSE 0 END,"
                        + " at = GREATEST(m.at, EXCLUDED.at) RETURNING sweeps",
                    row -> row.getInt("sweeps"),
                    grantOwner,
                    at.truncatedTo(ChronoUnit.MICROS))
                .orElseThrow());
  }

  @Override
  public void seen(ReleaseId grantOwner) {
    database.inTransaction(
        "count a seen workflow",
        session ->
            session.update(
                "UPDATE sweep_missing SET sweeps = 0 WHERE release = ? AND sweeps > 0",
                grantOwner));
  }

  @Override
  public int attempt(String environment, String system, Slot slot) {
    return database.inTransaction(
        "count an attempt",
        session ->
            session
                .first(
                    "INSERT INTO sweep_attempt AS s (environment, system, slot, attempts)"
                        + " VALUES (?, ?, ?, 1) ON CONFLICT (environment, system, slot)"
                        + " DO UPDATE SET attempts = s.attempts + 1 RETURNING attempts",
                    row -> row.getInt("attempts"),
                    environment,
                    system,
                    slot.toString())
                .orElseThrow());
  }

  @Override
  public void cleaned(String environment, String system, Slot slot) {
    database.inTransaction(
        "forget attempts",
        session ->
            session.update(
                "UPDATE sweep_attempt SET attempts = 0"
                    + " WHERE environment = ? AND system = ? AND slot = ? AND attempts > 0",
                environment,
                system,
                slot.toString()));
  }

  /**
   * Holds a session lock outside any transaction, so that a long sweep keeps no row versions alive.
   */
  @Override
  public <T> Optional<T> alone(Supplier<T> sweep) {
    try (Connection connection = database.pool().getConnection()) {
      if (!ask(connection, "SELECT pg_try_advisory_lock(?)")) {
        return Optional.empty();
      }
      try {
        return Optional.of(sweep.get());
      } finally {
        unlock(connection);
      }
    } catch (SQLException e) {
      throw SqlFailures.translate("lock the sweep", e);
    }
  }

  /** A connection that does not give the lock back is closed for good: the lock ends with it. */
  private void unlock(Connection connection) {
    boolean unlocked = false;
    try {
      unlocked = ask(connection, "SELECT pg_advisory_unlock(?)");
    } catch (SQLException e) {
      unlocked = false;
    }
    if (!unlocked) {
      database.pool().evictConnection(connection);
    }
  }

  private static boolean ask(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, LOCK);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
