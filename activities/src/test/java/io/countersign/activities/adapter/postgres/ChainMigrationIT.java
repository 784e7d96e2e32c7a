package io.countersign.activities.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.port.RecordFixture;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.JsonDocument;
import io.countersign.release.ReleaseId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Entries that were there before the chain become its first links. */
class ChainMigrationIT {
  private static final List<String> BODIES =
      List.of(
          "{}",
          "{\"z\":1,\"a\":{\"é\":[true,false,null,\"\\u0001\\u001f\\u007f\\b\\f\\n\\r\\t\\\"\\\\/\"]}}",
          "{\"n\":[0,-0.5,0.85,1e-7,0.000001,1e21,1e20,123456789012,1.5e300,-2.5e-10,100,5e-324]}",
          "{\"\\uffee\":1,\"\\ud83d\\ude00\":2,\"\\ud7ff\":3,\"aa\":4,\"a\":5,\"B\":6,\"\":7}");

  @Test
  void chainsWhatWasWrittenBeforeTheChain() {
    PostgresSettings settings = TestPostgres.emptyDatabase();
    Flyway.configure(PostgresMigrations.class.getClassLoader())
        .dataSource(settings.url(), settings.user(), settings.password().get().reveal())
        .schemas(PostgresDatabase.SCHEMA)
        .locations("classpath:db/migration")
        .target("1")
        .skipDefaultCallbacks(true)
        .load()
        .migrate();
    ReleaseId first = RecordFixture.newSystem();
    ReleaseId second = RecordFixture.newSystem();
    for (ReleaseId release : List.of(first, second, first)) {
      for (String body : BODIES) {
        insert(settings, release, body);
      }
    }
    TestPostgres.migrate(settings);
    try (PostgresDatabase database = new PostgresDatabase(settings)) {
      for (ReleaseId release : List.of(first, second)) {
        List<Entry> entries = new PostgresReleaseRecord(database).entries().entries(release);
        assertThat(entries).hasSize(release.equals(first) ? 8 : 4).allMatch(EntryHash::holds);
        assertThat(entries.get(0).previous()).isEqualTo(EntryHash.NONE);
        for (int i = 1; i < entries.size(); i++) {
          assertThat(entries.get(i).previous()).isEqualTo(entries.get(i - 1).hash());
        }
      }
      assertThat(new PostgresReleaseRecord(database).evidence().unsealed(10))
          .containsExactlyInAnyOrder(first, second);
    }
  }

  @Test
  void writesTheCanonicalFormThatTheProgramWrites() throws SQLException {
    PostgresSettings settings = TestPostgres.migratedDatabase();
    try (Connection connection = TestPostgres.connect(settings);
        PreparedStatement ask = connection.prepareStatement("SELECT canonical_json(?::jsonb)")) {
      for (String body : BODIES) {
        ask.setString(1, body);
        try (ResultSet answer = ask.executeQuery()) {
          assertThat(answer.next()).isTrue();
          assertThat(answer.getString(1)).isEqualTo(new JsonDocument(body).text());
        }
      }
    }
  }

  private static void insert(PostgresSettings settings, ReleaseId release, String body) {
    TestPostgres.execute(
        settings,
        "INSERT INTO entry (release, at, kind, actor, key, body) VALUES ('"
            + release
            + "', '2026-11-03T10:15:30.1+01', 'STATE', 'Ann \u00e9', gen_random_uuid()::text, '"
            + body
            + "')");
  }
}
