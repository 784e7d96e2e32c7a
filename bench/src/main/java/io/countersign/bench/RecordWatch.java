package io.countersign.bench;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.engine.LocalPostgres;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.record.EntryKind;
import io.countersign.release.ReleaseId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Set;

/**
 * Sees by the record how far releases are: one cheap question for all of them, where asking each
 * workflow would be work for the worker that is being measured.
 */
final class RecordWatch implements AutoCloseable {
  private static final String SQL =
      "SELECT DISTINCT release FROM countersign.entry WHERE release = ANY (?) AND kind = ?";

  private final Connection connection;
  private final PostgresDatabase database;
  private final EvidenceStore evidence;

  RecordWatch(House house) {
    LocalPostgres postgres = house.engines.postgres();
    this.database = new PostgresDatabase(house.settings.postgres());
    this.evidence = new PostgresReleaseRecord(database).evidence();
    try {
      connection =
          DriverManager.getConnection(
              postgres.url(), postgres.user(), postgres.password().reveal());
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Which of these releases have an entry of this kind. */
  synchronized Set<ReleaseId> having(EntryKind kind, Set<ReleaseId> releases) {
    Set<ReleaseId> found = new HashSet<>();
    try (PreparedStatement query = connection.prepareStatement(SQL)) {
      query.setArray(
          1,
          connection.createArrayOf("text", releases.stream().map(ReleaseId::toString).toArray()));
      query.setString(2, kind.name());
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        found.add(ReleaseId.parse(rows.getString(1)));
      }
    } catch (SQLException e) {
      throw failed(e);
    }
    return found;
  }

  /** Whether this release has an entry of this kind. */
  boolean has(EntryKind kind, ReleaseId release) {
    return !having(kind, Set.of(release)).isEmpty();
  }

  /** When the first entry of this kind was made, by the clock of the worker that made it. */
  synchronized Instant at(EntryKind kind, ReleaseId release) {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT min(at) FROM countersign.entry WHERE release = ? AND kind = ?")) {
      query.setString(1, release.toString());
      query.setString(2, kind.name());
      ResultSet row = query.executeQuery();
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /**
   * Waits until the worker has sealed and stamped, behind everybody's back, what a round left: the
   * next one must not pay for it.
   */
  void awaitSealed() {
    Waiting.until(
        "the record is sealed",
        () ->
            evidence.unsealed(1).isEmpty()
                && evidence.unwritten(1).isEmpty()
                && evidence.unstamped(1).isEmpty());
  }

  @Override
  public void close() {
    database.close();
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(SQLException e) {
    return new IllegalStateException("the record does not answer", e);
  }
}
