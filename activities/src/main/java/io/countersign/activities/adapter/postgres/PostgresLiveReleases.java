package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.LiveReleases;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.LiveRelease;
import io.countersign.record.Supersession;
import io.countersign.release.ReleaseId;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

final class PostgresLiveReleases implements LiveReleases {
  private final PostgresDatabase database;

  PostgresLiveReleases(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public Optional<LiveRelease> live(String environment, String system) {
    return database.inTransaction(
        "find the live release",
        session ->
            session.first(
                "SELECT g.release, f.release_digest, g.live_at FROM access_grant g"
                    + " JOIN frozen_release f ON f.release = g.release"
                    + " WHERE g.environment = ? AND g.system = ? AND g.state = 'LIVE'"
                    + " AND NOT EXISTS (SELECT FROM supersession s"
                    + " WHERE s.superseded = g.release AND s.cleared_at IS NULL)"
                    + " ORDER BY g.ordinal DESC LIMIT 1",
                row ->
                    new LiveRelease(
                        Session.release(row, "release"),
                        Session.digest(row, "release_digest"),
                        Session.instant(row, "live_at")),
                environment,
                system));
  }

  @Override
  public void markSuperseded(ReleaseId old, ReleaseId by, Instant at) {
    LiveReleases.requireSuccessor(old, by);
    database.inTransaction(
        "record a supersession",
        session -> {
          // The lock keeps the successor live until this is committed.
          boolean newer =
              session
                  .first(
                      "SELECT g.ordinal > (SELECT max(o.ordinal) FROM access_grant o"
                          + " WHERE o.release = ?) AS newer"
                          + " FROM access_grant g WHERE g.release = ? AND g.state = 'LIVE'"
                          + " FOR SHARE OF g",
                      row -> row.getBoolean("newer"),
                      old,
                      by)
                  .orElse(false);
          if (!newer) {
            throw new GateException(
                FailureType.RECORD_CONFLICT, by + " is not live, or not newer than " + old);
          }
          session.update(
              "INSERT INTO supersession (superseded, by_release, at) VALUES (?, ?, ?)"
                  + " ON CONFLICT (superseded) WHERE cleared_at IS NULL DO NOTHING",
              old,
              by,
              at.truncatedTo(ChronoUnit.MICROS));
          Supersession stored = find(session, old).orElseThrow();
          if (!stored.by().equals(by)) {
            throw new GateException(
                FailureType.RECORD_CONFLICT, old + " was superseded by " + stored.by());
          }
          return stored;
        });
  }

  @Override
  public Optional<Supersession> superseded(ReleaseId release) {
    return database.inTransaction("read a supersession", session -> find(session, release));
  }

  @Override
  public void clearSuperseded(ReleaseId by, Instant at) {
    database.inTransaction(
        "clear a supersession",
        session -> {
          boolean writable =
              session
                  .first(
                      "SELECT 1 AS held FROM access_grant WHERE release = ?"
                          + " AND state IN ('WRITING', 'LIVE') FOR SHARE",
                      row -> true,
                      by)
                  .isPresent();
          if (writable) {
            throw new GateException(
                FailureType.RECORD_CONFLICT, by + " still holds a grant that is not revoking");
          }
          return session.update(
              "UPDATE supersession SET cleared_at = ? WHERE by_release = ? AND cleared_at IS NULL",
              at.truncatedTo(ChronoUnit.MICROS),
              by);
        });
  }

  private static Optional<Supersession> find(Session session, ReleaseId release)
      throws SQLException {
    return session.first(
        "SELECT superseded, by_release, at FROM supersession"
            + " WHERE superseded = ? AND cleared_at IS NULL",
        row ->
            new Supersession(
                Session.release(row, "superseded"),
                Session.release(row, "by_release"),
                Session.instant(row, "at")),
        release);
  }
}
