package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.Readiness;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the record's schema up to date and tells whether it is. Migrating needs an owner of the
 * schema; the worker itself needs only the role {@code countersign_worker}.
 */
public final class PostgresMigrations {
  /** PostgreSQL 14, as {@code server_version_num} counts. */
  private static final int OLDEST = 140_000;

  private static final String WORKER_ROLE = "countersign_worker";

  private final PostgresDatabase database;

  public PostgresMigrations(PostgresDatabase database) {
    this.database = database;
  }

  /** Applies what is missing. Safe to call from several workers at once, and again. */
  public void migrate() {
    try {
      flyway().migrate();
    } catch (FlywayException e) {
      throw translate("migrate the record", e);
    }
  }

  /**
   * What the record needs before the worker starts. A server that is away is a line, not an
   * exception.
   */
  public List<Readiness> readiness() {
    List<Readiness> lines = new ArrayList<>();
    try {
      database.inTransaction("look at the server", session -> lines.addAll(serverLines(session)));
      int pending = flyway().info().pending().length;
      lines.add(
          new Readiness(
              "record schema is up to date", pending == 0, "migrations pending: " + pending));
    } catch (GateException e) {
      lines.add(new Readiness("PostgreSQL answers", false, e.type().sentence()));
    } catch (FlywayException e) {
      lines.add(
          new Readiness(
              "record schema is up to date",
              false,
              translate("look at the migrations", e).type().sentence()));
    }
    return List.copyOf(lines);
  }

  private static List<Readiness> serverLines(Session session) throws SQLException {
    int version =
        session
            .first(
                "SELECT current_setting('server_version_num')::int AS version",
                row -> row.getInt("version"))
            .orElse(0);
    boolean readOnly =
        session
            .first("SELECT pg_is_in_recovery() AS standby", row -> row.getBoolean("standby"))
            .orElse(true);
    boolean role =
        session
            .first("SELECT 1 AS found FROM pg_roles WHERE rolname = ?", row -> true, WORKER_ROLE)
            .orElse(false);
    boolean mayEdit =
        session
            .first(
                "SELECT has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE') AS may"
                    + " FROM pg_class c WHERE c.oid = to_regclass('entry')",
                row -> row.getBoolean("may"))
            .orElse(false);
    return List.of(
        new Readiness(
            "PostgreSQL is 14 or newer",
            version >= OLDEST,
            "server version " + version / 10_000 + "." + version % 10_000),
        new Readiness(
            "PostgreSQL takes writes", !readOnly, readOnly ? "it is a standby" : "it is a primary"),
        new Readiness(
            "least-privilege role exists",
            role,
            WORKER_ROLE
                + (role ? " exists" : " is missing: create it and migrate again")
                + (mayEdit ? "; this login owns more than it needs" : "")));
  }

  private Flyway flyway() {
    PostgresSettings settings = database.settings();
    return Flyway.configure(PostgresMigrations.class.getClassLoader())
        .dataSource(settings.url(), settings.user(), settings.password().get().reveal())
        .schemas(PostgresDatabase.SCHEMA)
        .locations("classpath:db/migration")
        .load();
  }

  private static GateException translate(String operation, FlywayException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return SqlFailures.translate(operation, sql);
      }
    }
    return new GateException(
        FailureType.INTERNAL, operation + " (" + failure.getErrorCode() + ")", failure);
  }
}
