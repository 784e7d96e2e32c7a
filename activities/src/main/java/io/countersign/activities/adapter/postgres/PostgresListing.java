package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.ReleaseListing;
import io.countersign.activities.port.ReleaseQuery;
import io.countersign.record.ListedRelease;
import io.countersign.record.ReleaseStatus;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Pages by position in an index: page 1,000 costs what page 1 costs. */
final class PostgresListing implements ReleaseListing {
  private static final String LIVE_GRANT =
      "EXISTS (SELECT FROM access_grant g WHERE g.release = l.release COLLATE \"default\" AND g.state = 'LIVE')";
  private static final String LINES =
      "SELECT l.release, l.first_at, f.submitter, f.release_digest, f.tier,"
          + " CASE WHEN s.state IS DISTINCT FROM 'LIVE' OR "
          + LIVE_GRANT
          + " THEN s.state ELSE '"
          + ReleaseStatus.UNCONFIRMED
          + "' END AS state, s.at, s.completed_at FROM listed_release l"
          // Named in the collation of their keys: else no index of theirs serves the join.
          + " LEFT JOIN frozen_release f ON f.release = l.release COLLATE \"default\""
          + " LEFT JOIN release_status s ON s.release = l.release COLLATE \"default\"";

  private final PostgresDatabase database;

  PostgresListing(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public List<ListedRelease> list(ReleaseQuery query) {
    Conditions conditions = new Conditions();
    conditions.add("l.environment = ?", query.environment());
    conditions.add("l.system = ?", query.system());
    conditions.add(
        query.state() == GateState.LIVE ? "s.state = ? AND " + LIVE_GRANT : "s.state = ?",
        query.state());
    conditions.add("f.tier = ?", query.tier());
    conditions.add(
        "l.release COLLATE \"default\" IN (SELECT release FROM frozen_release WHERE submitter = ?"
            + " UNION SELECT release FROM entry WHERE actor = ?)",
        query.person(),
        query.person());
    conditions.add("l.first_at >= ?", query.since());
    conditions.add(
        "(l.first_at, l.release) < (SELECT first_at, release FROM listed_release WHERE release = ?)",
        query.after());
    conditions.values.add(query.limit());
    return database.inTransaction(
        "list releases",
        session ->
            session.list(
                LINES + conditions.where() + " ORDER BY l.first_at DESC, l.release DESC LIMIT ?",
                PostgresListing::listed,
                conditions.values.toArray()));
  }

  @Override
  public Optional<ListedRelease> find(ReleaseId release) {
    return database.inTransaction(
        "look up a release",
        session -> session.first(LINES + " WHERE l.release = ?", PostgresListing::listed, release));
  }

  private static ListedRelease listed(ResultSet row) throws SQLException {
    String digest = row.getString("release_digest");
    return new ListedRelease(
        Session.release(row, "release"),
        Session.instant(row, "first_at"),
        row.getString("submitter"),
        digest == null ? null : Digest.parse(digest),
        row.getString("tier"),
        row.getString("state"),
        Session.instantOrNull(row, "at"),
        Session.instantOrNull(row, "completed_at"));
  }

  /** Fixed texts and bound values: nothing that is asked for becomes a part of the statement. */
  private static final class Conditions {
    private final List<String> texts = new ArrayList<>();
    private final List<@Nullable Object> values = new ArrayList<>();

    void add(String text, @Nullable Object... asked) {
      if (asked[0] != null) {
        texts.add(text);
        values.addAll(List.of(asked));
      }
    }

    String where() {
      return texts.isEmpty() ? "" : " WHERE " + String.join(" AND ", texts);
    }
  }
}
