package io.countersign.bench;

import io.countersign.activities.engine.LocalPostgres;
import io.countersign.record.EntryKind;
import io.countersign.release.ReleaseId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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

  RecordWatch(LocalPostgres postgres) {
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

  @Override
  public void close() {
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
