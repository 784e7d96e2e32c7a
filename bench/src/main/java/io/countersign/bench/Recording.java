package io.countersign.bench;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresMigrations;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.adapter.postgres.PostgresSettings;
import io.countersign.activities.engine.LocalPostgres;
import io.countersign.activities.port.ReleaseQuery;
import io.countersign.grant.SystemRef;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.record.NewEntry;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What an entry costs against a bare insert into a table of the same columns, and how lists and
 * single releases are read from a record of a million entries against one of ten thousand.
 */
final class Recording {
  private static final String SECTION = "record";
  private static final double MOST = 2;
  private static final int ENTRIES_OF_A_RELEASE = 25;
  private static final int APPENDS = 2_000;
  private static final int ROUNDS = 9;
  private static final int READS = 40;
  private static final ReleaseId LIKE = ReleaseId.parse("production/bulk/v0");

  void measure(Path directory, Report report) {
    report.title("Record: appends, and reading from 1,000,000 entries");
    try (LocalPostgres postgres = LocalPostgres.start(directory.resolve("postgres"));
        PostgresDatabase database =
            new PostgresDatabase(
                PostgresSettings.of(postgres.url(), postgres.user(), postgres::password));
        Connection sql =
            DriverManager.getConnection(
                postgres.url(), postgres.user(), postgres.password().reveal())) {
      new PostgresMigrations(database).migrate();
      PostgresReleaseRecord record = new PostgresReleaseRecord(database);
      appends(sql, record, report);
      reads(sql, record, report);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void appends(Connection sql, PostgresReleaseRecord record, Report report)
      throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(
          "CREATE TABLE countersign.bare_entry (LIKE countersign.entry INCLUDING ALL)");
    }
    sql.setAutoCommit(false);
    List<Double> ours = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      ReleaseId release = new SystemRef("production", "appends").release("v" + round);
      double chained = perAppend(entries(release), record.entries()::append);
      double plain = perAppend(entries(release), entry -> insert(sql, entry));
      // The first round warms the compiler up.
      if (round > 0) {
        ours.add(chained);
        bare.add(plain);
        ratios.add(chained / plain);
      }
    }
    sql.setAutoCommit(true);
    report.line(SECTION, "append of an entry", "ms", new Sample(ours), 3);
    report.line(SECTION, "bare insert, in a transaction of its own", "ms", new Sample(bare), 3);
    report.against(SECTION, "append / bare insert", new Sample(ratios).median(), "at most", MOST);
  }

  private static List<NewEntry> entries(ReleaseId release) {
    List<NewEntry> entries = new ArrayList<>();
    for (int i = 0; i < APPENDS; i++) {
      entries.add(entry(release, i));
    }
    return entries;
  }

  private static NewEntry entry(ReleaseId release, int number) {
    return new NewEntry(
        release,
        Instant.parse("2026-11-23T08:00:00Z").plusSeconds(number),
        EntryKind.ALARM,
        "gate",
        new EntryKey("told/ALARM/" + number),
        new JsonDocument(
            "{\"detail\":\""
                + "what happened, in some words. ".repeat(20)
                + "\",\"state\":\"LIVE\"}"));
  }

  private interface Append {
    void append(NewEntry entry);
  }

  private static double perAppend(List<NewEntry> entries, Append append) {
    long before = System.nanoTime();
    entries.forEach(append::append);
    return (System.nanoTime() - before) / 1e6 / entries.size();
  }

  /** The same columns, computed by nobody, in one transaction each. */
  private static void insert(Connection sql, NewEntry entry) {
    String zeros = "0".repeat(64);
    try (PreparedStatement insert =
        sql.prepareStatement(
            "INSERT INTO countersign.bare_entry (release, seq, at, kind, actor, key, body,"
                + " canonical, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)")) {
      insert.setString(1, entry.release().toString());
      insert.setLong(2, 1 + Long.parseLong(entry.key().text().substring("told/ALARM/".length())));
      insert.setObject(3, entry.at().atOffset(java.time.ZoneOffset.UTC));
      insert.setString(4, entry.kind().name());
      insert.setString(5, entry.actor());
      insert.setString(6, entry.key().text());
      insert.setString(7, entry.body().text());
      insert.setString(8, entry.body().text());
      insert.setString(9, zeros);
      insert.setString(10, zeros);
      insert.executeUpdate();
      sql.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void reads(Connection sql, PostgresReleaseRecord record, Report report)
      throws SQLException {
    Instant now = Instant.parse("2026-11-23T08:00:00Z");
    JsonDocument empty = new JsonDocument("{}");
    Digest digest = Digest.of("{}".getBytes(StandardCharsets.UTF_8));
    List<NewEntry> told = new ArrayList<>();
    for (int i = 0; i < ENTRIES_OF_A_RELEASE; i++) {
      told.add(entry(LIKE, i));
    }
    record
        .releases()
        .freeze(
            new FrozenRelease(
                LIKE,
                digest,
                "pia@example.com",
                "{}",
                empty,
                digest,
                digest,
                1,
                "standard",
                empty,
                null,
                empty,
                now),
            told);
    record
        .releases()
        .tell(
            new NewEntry(
                LIKE,
                now,
                EntryKind.STATE,
                "gate",
                new EntryKey("told/STATE/x"),
                new JsonDocument("{\"state\":\"CHECKING\"}")),
            "CHECKING");
    fill(sql, 1, 400);
    double[] few = times(record, 400);
    fill(sql, 401, 40_000);
    double[] many = times(record, 40_000);
    String[] what = {"newest 50", "one system", "one person", "one state", "one release, shown"};
    for (int i = 0; i < what.length; i++) {
      report.say(
          "%-56s %.2f ms at 10,000 entries, %.2f ms at 1,000,000: %.2f times"
              .formatted(what[i], few[i], many[i], many[i] / few[i]));
      report.line(
          SECTION,
          what[i] + ", 1,000,000 entries / 10,000",
          "",
          new Sample(List.of(many[i] / few[i])),
          2);
    }
  }

  /** Copies of one release, by hand: what is read does not depend on their links. */
  private static void fill(Connection sql, int from, int to) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      for (String table :
          List.of("frozen_release", "entry_counter", "listed_release", "entry", "release_status")) {
        statement.execute("ALTER TABLE countersign." + table + " DISABLE TRIGGER USER");
        String columns = columns(statement, table);
        statement.execute(
            "INSERT INTO countersign.%1$s (%5$s) SELECT r.* FROM (SELECT %6$s FROM (SELECT jsonb_populate_record(t, jsonb_build_object('release', 'production/bulk-' || (i %% 200) || '/v' || i, 'first_at', timestamptz '2020-01-01' + i * interval '1 minute')) AS one FROM countersign.%1$s t, generate_series(%2$d, %3$d) i WHERE t.release = '%4$s') AS many) AS r"
                .formatted(
                    table, from, to, LIKE, columns, "(one)." + columns.replace(", ", ", (one).")));
        statement.execute("ALTER TABLE countersign." + table + " ENABLE TRIGGER USER");
      }
      statement.execute("VACUUM ANALYZE");
    } catch (SQLException e) {
      throw new IllegalStateException("the record was not filled", e);
    }
  }

  private static String columns(Statement statement, String table) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position)"
                + " FROM information_schema.columns WHERE table_schema = 'countersign'"
                + " AND is_generated = 'NEVER' AND table_name = '"
                + table
                + "'")) {
      row.next();
      return row.getString(1);
    }
  }

  private static double[] times(PostgresReleaseRecord record, int releases) {
    ReleaseQuery all = ReleaseQuery.all(50);
    ReleaseQuery system =
        new ReleaseQuery("production", "bulk-7", null, null, null, null, null, 50);
    ReleaseQuery person =
        new ReleaseQuery(null, null, null, null, "pia@example.com", null, null, 50);
    ReleaseQuery state =
        new ReleaseQuery(null, null, GateState.CHECKING, null, null, null, null, 50);
    ReleaseId one = ReleaseId.parse("production/bulk-7/v" + (releases - 193));
    return new double[] {
      median(() -> record.listing().list(all).size()),
      median(() -> record.listing().list(system).size()),
      median(() -> record.listing().list(person).size()),
      median(() -> record.listing().list(state).size()),
      median(() -> record.entries().entries(one).size())
    };
  }

  private static double median(java.util.function.IntSupplier read) {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < 2 * READS; i++) {
      long before = System.nanoTime();
      if (read.getAsInt() == 0) {
        throw new IllegalStateException("nothing was read");
      }
      if (i >= READS) {
        times.add((System.nanoTime() - before) / 1e6);
      }
    }
    return new Sample(times).median();
  }
}
