package io.countersign.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresMigrations;
import io.countersign.activities.adapter.postgres.PostgresSettings;
import io.countersign.activities.engine.LocalPostgres;
import io.countersign.activities.port.Permit;
import io.countersign.grant.SystemRef;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * A PostgreSQL of its own whose record tells of so many live releases, one a system: what a
 * decision node reads of them, and nothing that only a gate reads.
 */
final class LiveRecord implements AutoCloseable {
  static final String VERSION = "v1";
  private static final String DECIDER = "?options=-c%20role=countersign_decider";

  private final LocalPostgres postgres;
  private final Path trust;

  private LiveRecord(LocalPostgres postgres, Path trust) {
    this.postgres = postgres;
    this.trust = trust;
  }

  static LiveRecord start(Path directory, Fleet fleet, int releases) {
    LocalPostgres postgres = LocalPostgres.start(directory);
    try (PostgresDatabase database =
        new PostgresDatabase(
            PostgresSettings.of(postgres.url(), postgres.user(), postgres::password))) {
      new PostgresMigrations(database).migrate();
      PermitKey key = new PermitKey();
      fill(postgres, fleet, key, releases);
      return new LiveRecord(postgres, key.trust(directory.resolve("trust.yaml")));
    } catch (SQLException | IOException e) {
      postgres.close();
      throw new IllegalStateException("the record was not filled", e);
    }
  }

  /** The server that a process connects to, with the rights of a decision node. */
  PostgresSettings decider() {
    return PostgresSettings.of(url(), postgres.user(), postgres::password);
  }

  String url() {
    return postgres.url() + DECIDER;
  }

  LocalPostgres postgres() {
    return postgres;
  }

  /** By which keys nodes believe what it tells. */
  Path trust() {
    return trust;
  }

  private static void fill(LocalPostgres postgres, Fleet fleet, PermitKey key, int releases)
      throws SQLException {
    Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(30, ChronoUnit.DAYS);
    SystemRef first = Fleet.system(1);
    String like = fleet.manifest(first, VERSION).json().toString();
    Digest any = Digest.of(new byte[0]);
    String digest = any.toString();
    try (Connection sql =
            DriverManager.getConnection(
                postgres.url(), postgres.user(), postgres.password().reveal());
        Statement statement = sql.createStatement()) {
      sql.setAutoCommit(false);
      statement.execute("SET search_path TO countersign");
      try (PreparedStatement frozen =
              sql.prepareStatement(
                  "INSERT INTO frozen_release (release, release_digest, submitter, submission,"
                      + " manifest, gate_digest, approvers_digest, review_round, tier,"
                      + " requirements, scope, frozen_at)"
                      + " VALUES (?, ?, 'x', 'x', ?::jsonb, ?, ?, 1, 'x', '{}', '{}', now())");
          PreparedStatement grant =
              sql.prepareStatement(
                  "INSERT INTO access_grant (grant_id, release, slot, state, request_key,"
                      + " opened_at, live_at, expires_at, namespace_id, run_id, spec, grant_proof)"
                      + " VALUES (?, ?, 'a', 'LIVE', 'x', now(), now(), ?::timestamptz,"
                      + " 'x', 'x', '{}', '{}')");
          PreparedStatement told =
              sql.prepareStatement(
                  "INSERT INTO entry (release, at, kind, actor, key, body)"
                      + " VALUES (?, now(), 'GRANT', 'gate', 'granted', ?::jsonb)")) {
        for (int i = 1; i <= releases; i++) {
          SystemRef system = Fleet.system(i);
          ReleaseId id = system.release(VERSION);
          String release = id.toString();
          JsonDocument manifest = new JsonDocument(like.replace(first.system(), system.system()));
          UUID granted = UUID.randomUUID();
          String permit = key.sign(new Permit(granted, id, manifest.digest(), any, end, null));
          add(frozen, release, manifest.digest().toString(), manifest.text(), digest, digest);
          add(grant, granted, release, end.toString());
          add(told, release, told(granted, permit));
        }
        frozen.executeBatch();
        grant.executeBatch();
        told.executeBatch();
      }
      sql.commit();
      sql.setAutoCommit(true);
      statement.execute("VACUUM ANALYZE");
    }
  }

  private static String told(UUID granted, String permit) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("grantId", granted.toString())
        .put("permit", permit)
        .toString();
  }

  private static void add(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    statement.addBatch();
  }

  @Override
  public void close() {
    postgres.close();
  }
}
