package io.countersign.activities.engine;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresMigrations;
import io.countersign.activities.adapter.postgres.PostgresSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One server for all tests of a JVM, with a fresh, migrated database for whoever asks. */
public final class TestPostgres {
  /** Unpacked once a build. */
  public static final Path PROGRAMS = Path.of("target", "postgres-server").toAbsolutePath();

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private TestPostgres() {}

  private static final class Shared {
    static final LocalPostgres SERVER = start();

    private static LocalPostgres start() {
      try {
        Path directory = Files.createTempDirectory("countersign-postgres");
        LocalPostgres server = LocalPostgres.start(directory, PROGRAMS);
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      server.close();
                      delete(directory);
                    }));
        return server;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Settings of a new, empty database, as its owner. */
  public static PostgresSettings emptyDatabase() {
    String name = "test" + DATABASES.incrementAndGet();
    execute(settings(Shared.SERVER, "postgres"), "CREATE DATABASE " + name);
    return settings(Shared.SERVER, name);
  }

  /** Settings of a new, migrated database, as its owner. */
  public static PostgresSettings migratedDatabase() {
    PostgresSettings settings = emptyDatabase();
    migrate(settings);
    return settings;
  }

  /** The same database, with the rights of another role. */
  public static PostgresSettings as(PostgresSettings settings, String role) {
    return new PostgresSettings(
        settings.url() + "?options=-c%20role=" + role,
        settings.user(),
        settings.password(),
        settings.poolSize(),
        settings.connectTimeout(),
        settings.statementTimeout(),
        settings.lockTimeout(),
        settings.writeLimit());
  }

  public static PostgresSettings settings(LocalPostgres server, String database) {
    String url = server.url();
    return PostgresSettings.of(
        url.substring(0, url.lastIndexOf('/') + 1) + database, server.user(), server::password);
  }

  public static void migrate(PostgresSettings settings) {
    try (PostgresDatabase database = new PostgresDatabase(settings)) {
      new PostgresMigrations(database).migrate();
    }
  }

  /** A connection past the adapter, for what a test does behind its back. */
  public static Connection connect(PostgresSettings settings) throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            settings.url(), settings.user(), settings.password().get().reveal());
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = countersign");
    }
    return connection;
  }

  public static void execute(PostgresSettings settings, String sql) {
    try (Connection connection = connect(settings);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
