package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.LiveTraces;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import io.countersign.release.ReleaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what decision nodes need, in one snapshot of the store and as little as the role {@code
 * countersign_decider} may see. All open grants are read each time, with the number of the newest
 * entry of their release: that is what a lost notification cannot hide.
 */
public final class PostgresLiveTraces implements LiveTraces {
  private static final int AT_ONCE = 500;

  private static final String OPEN =
      "SELECT g.release, g.grant_id, g.state = 'LIVE' AS live, g.expires_at,"
          + " coalesce(c.last_seq, 0) AS newest"
          + " FROM access_grant g LEFT JOIN entry_counter c ON c.release = g.release"
          + " WHERE g.state <> 'REVOKED'"
          + " UNION ALL SELECT s.release, NULL, false, NULL, coalesce(c.last_seq, 0)"
          + " FROM release_status s LEFT JOIN entry_counter c ON c.release = s.release"
          + " WHERE s.state = 'SUSPENDED' AND NOT EXISTS (SELECT FROM access_grant g"
          + " WHERE g.release = s.release AND g.state <> 'REVOKED')"
          + " LIMIT "
          + (MAX_RELEASES + 1);

  /** Column of {@code live_trace} by field of an entry's body. */
  private static final Map<String, String> FIELDS =
      Map.of(
          "permit", "permit",
          "next", "next",
          "decision", "decision",
          "order", "ordered",
          "names", "names",
          "state", "state",
          "grantId", "grant_id",
          "drift", "drift",
          "reviewBy", "review_by");

  private final PostgresDatabase database;

  public PostgresLiveTraces(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public Reading read(Map<ReleaseId, Long> known) {
    return database.inSnapshot("read what is live", session -> read(session, known));
  }

  @Override
  public Hints listen(Runnable hint) {
    return new PostgresHints(database.settings(), hint);
  }

  private static Reading read(Session session, Map<ReleaseId, Long> known) throws SQLException {
    Instant at = now(session);
    // Not of the snapshot: a sequence never waits, and never goes back but with the whole store.
    long mark =
        session
            .first("SELECT last_value FROM grant_fence", row -> row.getLong("last_value"))
            .orElse(0L);
    List<Optional<Open>> rows = session.list(OPEN, readable(PostgresLiveTraces::open));
    if (rows.size() > MAX_RELEASES) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "more than " + MAX_RELEASES + " releases hold access");
    }
    List<Open> open = rows.stream().flatMap(Optional::stream).toList();
    List<ReleaseId> wanted =
        open.stream()
            .filter(one -> !Long.valueOf(one.newest()).equals(known.get(one.id())))
            .map(Open::id)
            .toList();
    Map<ReleaseId, Told> told = new HashMap<>();
    for (int from = 0; from < wanted.size(); from += AT_ONCE) {
      told.putAll(told(session, wanted.subList(from, Math.min(from + AT_ONCE, wanted.size()))));
    }
    return new Reading(
        at,
        mark,
        open.stream()
            .map(one -> new Found(one.id(), one.newest(), one.grant(), told.get(one.id())))
            .toList());
  }

  /** A copy that may lag behind proves nothing about now. */
  private static Instant now(Session session) throws SQLException {
    return session
        .first(
            "SELECT clock_timestamp() AS now WHERE NOT pg_is_in_recovery()",
            row -> Session.instant(row, "now"))
        .orElseThrow(
            () -> new GateException(FailureType.DATABASE_UNAVAILABLE, "the server is a standby"));
  }

  private static Map<ReleaseId, Told> told(Session session, List<ReleaseId> wanted)
      throws SQLException {
    String[] names = wanted.stream().map(ReleaseId::toString).toArray(String[]::new);
    Map<ReleaseId, List<Trace>> traces = new HashMap<>();
    List<Traced> rows =
        session.list(
            "SELECT * FROM live_trace WHERE release = ANY (?) ORDER BY release, seq",
            row ->
                new Traced(
                    Session.release(row, "release"),
                    new Trace(EntryKind.valueOf(row.getString("kind")), fields(row))),
            (Object) names);
    rows.forEach(row -> traces.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row.trace()));
    Map<ReleaseId, Told> told = new HashMap<>();
    session
        .list(
            "SELECT release, release_digest, gate_digest, manifest FROM frozen_release"
                + " WHERE release = ANY (?)",
            readable(
                row ->
                    Map.entry(
                        Session.release(row, "release"),
                        new Told(
                            Session.digest(row, "release_digest"),
                            Session.digest(row, "gate_digest"),
                            Session.json(row, "manifest"),
                            traces.getOrDefault(Session.release(row, "release"), List.of())))),
            (Object) names)
        .stream()
        .flatMap(Optional::stream)
        .forEach(one -> told.put(one.getKey(), one.getValue()));
    return told;
  }

  private static Map<String, String> fields(ResultSet row) throws SQLException {
    Map<String, String> fields = new HashMap<>();
    for (Map.Entry<String, String> field : FIELDS.entrySet()) {
      String value = row.getString(field.getValue());
      if (value != null) {
        fields.put(field.getKey(), value);
      }
    }
    return fields;
  }

  /** A row that nobody can read must not keep all others from being read. */
  private static <T> Session.Row<Optional<T>> readable(Session.Row<T> row) {
    return found -> {
      try {
        return Optional.of(row.read(found));
      } catch (IllegalArgumentException unreadable) {
        return Optional.empty();
      }
    };
  }

  private static Open open(ResultSet row) throws SQLException {
    LiveGrant grant =
        row.getBoolean("live")
            ? new LiveGrant(
                row.getObject("grant_id", UUID.class), Session.instant(row, "expires_at"))
            : null;
    return new Open(Session.release(row, "release"), row.getLong("newest"), grant);
  }

  private record Open(ReleaseId id, long newest, @Nullable LiveGrant grant) {}

  private record Traced(ReleaseId id, Trace trace) {}
}
