package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.EvidenceStore;
import io.countersign.record.EvidenceLine;
import io.countersign.record.EvidenceLine.Listed;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.record.EvidenceLine.Stage;
import io.countersign.record.ReleaseSeal;
import io.countersign.record.Seal;
import io.countersign.record.Stampable;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class PostgresEvidence implements EvidenceStore {
  private static final Place START = new Place(0, Stage.DOCUMENT, 0, 0);

  private final PostgresDatabase database;

  PostgresEvidence(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public Optional<ReleaseSeal> seal(ReleaseId release, Instant at) {
    return database.inTransaction(
        "seal entries",
        session -> {
          Optional<Long> last = last(session, release);
          if (last.isEmpty()) {
            return Optional.empty();
          }
          // A trigger makes the link; it skips entries that somebody else was quicker with.
          return session.first(
              "INSERT INTO seal (release, to_seq, at) VALUES (?, ?, ?) RETURNING *",
              PostgresEvidence::seal,
              release,
              last.get(),
              at.truncatedTo(ChronoUnit.MICROS));
        });
  }

  /** The last entry that fits into the next seal; the first always does. */
  private static Optional<Long> last(Session session, ReleaseId release) throws SQLException {
    return session.first(
        "SELECT max(seq) AS seq FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS place,"
            + " sum(octet_length(canonical)) OVER (ORDER BY seq) AS bodies FROM"
            + " (SELECT seq, canonical FROM entry WHERE release = ? AND seq >"
            + " (SELECT coalesce(max(to_seq), 0) FROM seal WHERE release = ?)"
            + " ORDER BY seq LIMIT ?) next) summed WHERE place = 1 OR bodies <= ?"
            + " HAVING max(seq) IS NOT NULL",
        row -> row.getLong("seq"),
        release,
        release,
        Seal.MAX_ENTRIES,
        Seal.MAX_BODIES);
  }

  @Override
  public List<ReleaseId> unsealed(int limit) {
    EvidenceStore.requireLimit(limit);
    return database.inTransaction(
        "look for entries without a seal",
        session ->
            session.list(
                "SELECT release FROM entry_counter WHERE last_seq > sealed_seq LIMIT ?",
                row -> Session.release(row, "release"),
                limit));
  }

  @Override
  public Optional<Seal> newest() {
    return database.inTransaction(
        "read the newest seal",
        session ->
            session
                .first("SELECT * FROM seal ORDER BY number DESC LIMIT 1", PostgresEvidence::seal)
                .map(ReleaseSeal::seal));
  }

  @Override
  public List<Seal> path(long after, long upTo) {
    return database
        .inTransaction(
            "read seals",
            session ->
                session.list(
                    "SELECT * FROM seal WHERE number > ? AND number <= ? ORDER BY number LIMIT ?",
                    PostgresEvidence::seal,
                    after,
                    upTo,
                    MAX_READ))
        .stream()
        .map(ReleaseSeal::seal)
        .toList();
  }

  @Override
  public List<ReleaseSeal> seals(ReleaseId release, long after, int limit) {
    EvidenceStore.requireLimit(limit);
    return database.inTransaction(
        "read seals",
        session ->
            session.list(
                "SELECT * FROM seal WHERE release = ? AND number > ? ORDER BY number LIMIT ?",
                PostgresEvidence::seal,
                release,
                after,
                limit));
  }

  @Override
  public List<ReleaseSeal> unwritten(int limit) {
    EvidenceStore.requireLimit(limit);
    return database.inTransaction(
        "look for unwritten seals",
        session ->
            session.list(
                "SELECT s.* FROM evidence_work w JOIN seal s ON s.number = w.seal"
                    + " WHERE w.kind = 'LINES' ORDER BY w.seal LIMIT ?",
                PostgresEvidence::seal,
                limit));
  }

  @Override
  public List<ReleaseSeal> unwritten(ReleaseId release, int limit) {
    EvidenceStore.requireLimit(limit);
    return database.inTransaction(
        "look for unwritten seals",
        session ->
            session.list(
                "SELECT s.* FROM seal s WHERE s.release = ? AND NOT EXISTS"
                    + " (SELECT FROM evidence_line l WHERE l.release = s.release"
                    + " AND l.key = 'record/' || s.number) ORDER BY s.number LIMIT ?",
                PostgresEvidence::seal,
                release,
                limit));
  }

  @Override
  public boolean write(ReleaseSeal seal, List<EvidenceLine> lines, List<Stampable> toStamp) {
    return database.inTransaction(
        "write the lines of a seal",
        session -> {
          turn(session, seal.release());
          boolean stored = false;
          // First the line that makes them complete: whoever inserts it writes them all.
          for (EvidenceLine line : lines) {
            if (line.place().stage() == Stage.RECORD && insert(session, line)) {
              stored = true;
              for (EvidenceLine other : lines) {
                insert(session, other);
              }
              for (Stampable stampable : toStamp) {
                session.update(
                    "INSERT INTO evidence_work (seal, seq, kind, release, imprint)"
                        + " VALUES (?, ?, 'STATEMENT', ?, ?) ON CONFLICT DO NOTHING",
                    stampable.seal(),
                    stampable.seq(),
                    stampable.release(),
                    stampable.imprint().hex());
              }
            }
          }
          session.update(
              "DELETE FROM evidence_work WHERE kind = 'LINES' AND seal = ?", seal.seal().number());
          return stored;
        });
  }

  @Override
  public List<Stampable> unstamped(int limit) {
    EvidenceStore.requireLimit(limit);
    return database.inTransaction(
        "look for what is to be stamped",
        session ->
            session.list(
                "SELECT * FROM evidence_work w WHERE kind = 'STATEMENT' OR (kind = 'SEAL' AND EXISTS"
                    + " (SELECT FROM evidence_line l WHERE l.release = w.release"
                    + " AND l.key = 'record/' || w.seal)) ORDER BY kind, seal, seq LIMIT ?",
                row ->
                    new Stampable(
                        Session.release(row, "release"),
                        row.getLong("seal"),
                        row.getLong("seq"),
                        new Digest(row.getString("imprint"))),
                limit));
  }

  @Override
  public void stamp(Stampable stamped, EvidenceLine line) {
    database.inTransaction(
        "store a time stamp",
        session -> {
          turn(session, line.release());
          insert(session, line);
          return session.update(
              "DELETE FROM evidence_work WHERE kind = ? AND seal = ? AND seq = ?",
              stamped.isSeal() ? "SEAL" : "STATEMENT",
              stamped.seal(),
              stamped.seq());
        });
  }

  @Override
  public boolean has(ReleaseId release, String key) {
    return database.inTransaction(
        "look for a line",
        session ->
            session
                .first(
                    "SELECT 1 AS found FROM evidence_line WHERE release = ? AND key = ?",
                    row -> true,
                    release,
                    key)
                .isPresent());
  }

  @Override
  public List<Listed> list(ReleaseId release, @Nullable Place after, int limit) {
    EvidenceStore.requireLimit(limit);
    Place from = after == null ? START : after;
    return database.inTransaction(
        "list lines",
        session ->
            session.list(
                "SELECT seal, stage, seq, part, key FROM evidence_line WHERE release = ?"
                    + " AND (seal, stage, seq, part) > (?, ?, ?, ?)"
                    + " ORDER BY seal, stage, seq, part LIMIT ?",
                row ->
                    new Listed(
                        new Place(
                            row.getLong("seal"),
                            Stage.values()[row.getInt("stage") - 1],
                            row.getLong("seq"),
                            row.getInt("part")),
                        row.getString("key")),
                release,
                from.seal(),
                stage(from),
                from.seq(),
                from.part(),
                limit));
  }

  @Override
  public Optional<String> envelope(ReleaseId release, String key) {
    return database.inTransaction(
        "read a line",
        session ->
            session.first(
                "SELECT envelope FROM evidence_line WHERE release = ? AND key = ?",
                row -> row.getString("envelope"),
                release,
                key));
  }

  /**
   * Waits until nobody else writes lines of this release. ON CONFLICT lets the first win only in
   * the index that it names: of two that insert the same line in the same instant, the second could
   * fail in the index of places.
   */
  private static void turn(Session session, ReleaseId release) throws SQLException {
    session.first(
        "SELECT 1 AS turn FROM pg_advisory_xact_lock(hashtextextended('evidence_line/' || ?, 0))",
        row -> true,
        release);
  }

  private static boolean insert(Session session, EvidenceLine line) throws SQLException {
    Place place = line.place();
    return session.update(
            "INSERT INTO evidence_line (release, seal, stage, seq, part, key, envelope)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (release, key) DO NOTHING",
            line.release(),
            place.seal(),
            stage(place),
            place.seq(),
            place.part(),
            line.key(),
            line.envelope())
        == 1;
  }

  /** Stored from 1, as the constraint has it. */
  private static int stage(Place place) {
    return place.stage().ordinal() + 1;
  }

  private static ReleaseSeal seal(ResultSet row) throws SQLException {
    ReleaseId release = Session.release(row, "release");
    return new ReleaseSeal(
        release,
        Session.instant(row, "at"),
        new Seal(
            row.getLong("number"),
            Seal.digestOf(release),
            row.getLong("from_seq"),
            row.getLong("to_seq"),
            new Digest(row.getString("head")),
            new Digest(row.getString("previous")),
            new Digest(row.getString("hash"))));
  }
}
