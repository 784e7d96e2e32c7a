package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.ChangeEntries;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.NewEntry;
import io.countersign.record.StatementNonce;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

final class PostgresEntries implements ChangeEntries {
  private final PostgresDatabase database;

  PostgresEntries(PostgresDatabase database) {
    this.database = database;
  }

  /** The entry that stands under a key, and whether it was this transaction that wrote it. */
  record Appended(Entry entry, boolean written) {}

  /**
   * Appends inside a transaction of the caller; a trigger numbers the entry, links it to the one
   * before and skips a key that is there.
   */
  static Appended append(Session session, NewEntry entry) throws SQLException {
    Optional<Entry> written =
        session.first(
            "INSERT INTO entry (release, at, kind, actor, key, canonical)"
                + " VALUES (?, ?, ?, ?, ?, ?) RETURNING seq, previous, hash",
            row -> written(entry, row),
            entry.release(),
            entry.at(),
            entry.kind(),
            entry.actor(),
            entry.key(),
            entry.body());
    if (written.isPresent()) {
      return new Appended(written.get(), true);
    }
    return new Appended(entry.repeats(find(session, entry).orElseThrow()), false);
  }

  @Override
  public Entry append(NewEntry entry) {
    entry.require(!entry.kind().signedByPerson());
    return database.inTransaction("append an entry", session -> append(session, entry).entry());
  }

  @Override
  public Entry accept(NewEntry entry, StatementNonce nonce) {
    entry.require(entry.kind().signedByPerson());
    return database.inTransaction(
        "accept a statement",
        session -> {
          Entry accepted = append(session, entry).entry();
          session.update(
              "INSERT INTO used_nonce (person, nonce, release, key) VALUES (?, ?, ?, ?)"
                  + " ON CONFLICT DO NOTHING",
              nonce.person(),
              nonce.nonce(),
              entry.release(),
              entry.key());
          boolean ours =
              session
                  .first(
                      "SELECT release = ? AND key = ? AS ours FROM used_nonce"
                          + " WHERE person = ? AND nonce = ?",
                      row -> row.getBoolean("ours"),
                      entry.release(),
                      entry.key(),
                      nonce.person(),
                      nonce.nonce())
                  .orElseThrow();
          if (!ours) {
            throw new GateException(
                FailureType.REPLAYED, "the nonce was used by another statement");
          }
          return accepted;
        });
  }

  @Override
  public Refusal recordRefusal(NewEntry refusal, int cap) {
    refusal.require(
        refusal.kind() == EntryKind.REFUSAL || refusal.kind() == EntryKind.SUBMISSION_REFUSED);
    return database.inTransaction(
        "record a refusal",
        session -> {
          session.update(
              "INSERT INTO entry_counter (release) VALUES (?) ON CONFLICT DO NOTHING",
              refusal.release());
          session.first(
              "SELECT 1 AS locked FROM entry_counter WHERE release = ? FOR UPDATE",
              row -> true,
              refusal.release());
          Optional<Entry> stored = find(session, refusal);
          if (stored.isPresent()) {
            refusal.repeats(stored.get());
            return Refusal.RECORDED;
          }
          int room =
              session.update(
                  "UPDATE entry_counter SET refusals_recorded = refusals_recorded + 1"
                      + " WHERE release = ? AND refusals_recorded < ?",
                  refusal.release(),
                  cap);
          if (room == 1) {
            append(session, refusal);
            return Refusal.RECORDED;
          }
          session.update(
              "UPDATE entry_counter SET refusals_counted = refusals_counted + 1 WHERE release = ?",
              refusal.release());
          return Refusal.COUNTED;
        });
  }

  @Override
  public long countedRefusals(ReleaseId release) {
    return number("SELECT refusals_counted AS n FROM entry_counter WHERE release = ?", release);
  }

  @Override
  public List<Entry> entries(ReleaseId release) {
    return entries(release, EnumSet.allOf(EntryKind.class));
  }

  @Override
  public List<Entry> entries(ReleaseId release, Set<EntryKind> kinds) {
    String[] names = kinds.stream().map(Enum::name).toArray(String[]::new);
    List<Entry> found =
        database.inTransaction(
            "read entries",
            session ->
                session.list(
                    "SELECT * FROM entry WHERE release = ? AND kind = ANY (?)"
                        + " ORDER BY seq LIMIT ?",
                    PostgresEntries::entry,
                    release,
                    names,
                    MAX_READ + 1));
    return ChangeEntries.requireReadable(release, found);
  }

  @Override
  public List<Entry> page(ReleaseId release, long afterSeq, int limit) {
    ChangeEntries.requirePage(limit);
    return database.inTransaction(
        "read entries",
        session ->
            session.list(
                "SELECT * FROM entry WHERE release = ? AND seq > ? ORDER BY seq LIMIT ?",
                PostgresEntries::entry,
                release,
                afterSeq,
                limit));
  }

  @Override
  public long count(ReleaseId release) {
    return number("SELECT last_seq AS n FROM entry_counter WHERE release = ?", release);
  }

  private long number(String sql, ReleaseId release) {
    return database.inTransaction(
        "count entries",
        session -> session.first(sql, row -> row.getLong("n"), release).orElse(0L));
  }

  private static Optional<Entry> find(Session session, NewEntry entry) throws SQLException {
    return session.first(
        "SELECT * FROM entry WHERE release = ? AND key = ?",
        PostgresEntries::entry,
        entry.release(),
        entry.key());
  }

  private static Entry written(NewEntry entry, ResultSet row) throws SQLException {
    return new Entry(
        entry.release(),
        row.getLong("seq"),
        entry.at(),
        entry.kind(),
        entry.actor(),
        entry.key(),
        entry.body(),
        new Digest(row.getString("previous")),
        new Digest(row.getString("hash")));
  }

  static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        Session.release(row, "release"),
        row.getLong("seq"),
        Session.instant(row, "at"),
        EntryKind.valueOf(row.getString("kind")),
        row.getString("actor"),
        new EntryKey(row.getString("key")),
        Session.json(row, "canonical"),
        new Digest(row.getString("previous")),
        new Digest(row.getString("hash")));
  }
}
