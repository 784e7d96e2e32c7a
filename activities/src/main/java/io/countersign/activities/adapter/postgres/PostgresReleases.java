package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.Releases;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.NewEntry;
import io.countersign.record.ReleaseStatus;
import io.countersign.release.ReleaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

final class PostgresReleases implements Releases {
  private final PostgresDatabase database;

  PostgresReleases(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public FrozenRelease freeze(FrozenRelease release, List<NewEntry> told) {
    return database.inTransaction(
        "freeze a release",
        session -> {
          int written =
              session.update(
                  "INSERT INTO frozen_release (release, release_digest, submitter, submission,"
                      + " manifest, gate_digest, approvers_digest, review_round, tier,"
                      + " requirements, predecessor, scope, frozen_at)"
                      + " VALUES (?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?::jsonb, ?, ?::jsonb, ?)"
                      + " ON CONFLICT (release) DO NOTHING",
                  release.id(),
                  release.releaseDigest(),
                  release.submitter(),
                  release.submission(),
                  release.manifest(),
                  release.gateDigest(),
                  release.approversDigest(),
                  release.reviewRound(),
                  release.tier(),
                  release.requirements(),
                  release.predecessor(),
                  release.scope(),
                  release.frozenAt());
          if (written == 1) {
            session.update(
                "INSERT INTO review_round (release, round) VALUES (?, ?)",
                release.id(),
                release.reviewRound());
            for (NewEntry entry : told) {
              PostgresEntries.append(session, entry);
            }
          }
          return release.repeats(find(session, release.id()).orElseThrow());
        });
  }

  @Override
  public Optional<FrozenRelease> frozen(ReleaseId release) {
    return database.inTransaction("read a release", session -> find(session, release));
  }

  @Override
  public List<ReleaseId> incomplete(String environment, String system) {
    return database.inTransaction(
        "list releases",
        session ->
            session.list(
                "SELECT f.release FROM frozen_release f LEFT JOIN release_status s USING (release)"
                    + " WHERE f.environment = ? AND f.system = ? AND s.completed_at IS NULL"
                    + " ORDER BY f.frozen_at, f.release",
                row -> Session.release(row, "release"),
                environment,
                system));
  }

  @Override
  public int reviewRound(ReleaseId release) {
    return database.inTransaction(
        "read a review round",
        session ->
            session
                .first(
                    "SELECT round FROM review_round WHERE release = ?",
                    row -> row.getInt("round"),
                    release)
                .orElseThrow(() -> notFrozen(release)));
  }

  @Override
  public int beginReviewRound(ReleaseId release, int round) {
    return database.inTransaction(
        "begin a review round",
        session -> {
          int current =
              session
                  .first(
                      "SELECT round FROM review_round WHERE release = ? FOR UPDATE",
                      row -> row.getInt("round"),
                      release)
                  .orElseThrow(() -> notFrozen(release));
          if (round != current && round != current + 1) {
            throw new GateException(
                FailureType.RECORD_CONFLICT, "round " + round + " cannot follow " + current);
          }
          session.update("UPDATE review_round SET round = ? WHERE release = ?", round, release);
          return round;
        });
  }

  @Override
  public Entry tell(NewEntry entry, String state) {
    entry.require(entry.kind() == EntryKind.STATE || entry.kind() == EntryKind.COMPLETE);
    boolean complete = entry.kind() == EntryKind.COMPLETE;
    ReleaseStatus told = new ReleaseStatus(state, entry.at(), complete ? entry.at() : null);
    return database.inTransaction(
        "tell a state",
        session -> {
          PostgresEntries.Appended appended = PostgresEntries.append(session, entry);
          if (appended.written()) {
            session.update(
                "INSERT INTO release_status AS s (release, state, at, completed_at)"
                    + " SELECT r, CASE WHEN told <> 'LIVE' OR EXISTS (SELECT FROM access_grant g"
                    + " WHERE g.release = r AND g.state = 'LIVE') THEN told ELSE unconfirmed END,"
                    + " at, completed_at FROM (VALUES (?, ?, ?, ?::timestamptz, ?::timestamptz))"
                    + " AS t (r, told, unconfirmed, at, completed_at)"
                    + " ON CONFLICT (release) DO UPDATE SET state = EXCLUDED.state,"
                    + " at = EXCLUDED.at,"
                    + " completed_at = COALESCE(s.completed_at, EXCLUDED.completed_at)"
                    + " WHERE s.at <= EXCLUDED.at",
                entry.release(),
                told.state(),
                ReleaseStatus.UNCONFIRMED,
                told.at(),
                told.completedAt());
          }
          return appended.entry();
        });
  }

  @Override
  public Optional<ReleaseStatus> status(ReleaseId release) {
    return database.inTransaction(
        "read a state",
        session ->
            session.first(
                "SELECT CASE WHEN s.state <> 'LIVE' OR EXISTS (SELECT FROM access_grant g"
                    + " WHERE g.release = s.release AND g.state = 'LIVE')"
                    + " THEN s.state ELSE ? END AS state, s.at, s.completed_at"
                    + " FROM release_status s WHERE s.release = ?",
                row ->
                    new ReleaseStatus(
                        row.getString("state"),
                        Session.instant(row, "at"),
                        Session.instantOrNull(row, "completed_at")),
                ReleaseStatus.UNCONFIRMED,
                release));
  }

  private static Optional<FrozenRelease> find(Session session, ReleaseId release)
      throws SQLException {
    return session.first(
        "SELECT * FROM frozen_release WHERE release = ?", PostgresReleases::frozen, release);
  }

  private static FrozenRelease frozen(ResultSet row) throws SQLException {
    String predecessor = row.getString("predecessor");
    return new FrozenRelease(
        Session.release(row, "release"),
        Session.digest(row, "release_digest"),
        row.getString("submitter"),
        row.getString("submission"),
        Session.json(row, "manifest"),
        Session.digest(row, "gate_digest"),
        Session.digest(row, "approvers_digest"),
        row.getInt("review_round"),
        row.getString("tier"),
        Session.json(row, "requirements"),
        predecessor == null ? null : ReleaseId.parse(predecessor),
        Session.json(row, "scope"),
        Session.instant(row, "frozen_at"));
  }

  private static GateException notFrozen(ReleaseId release) {
    return new GateException(FailureType.RECORD_CONFLICT, release + " is not frozen");
  }
}
