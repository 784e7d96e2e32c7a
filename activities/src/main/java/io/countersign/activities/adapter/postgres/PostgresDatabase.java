package io.countersign.activities.adapter.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Connections to the record and its transactions. Opening it does not connect: a server that is
 * away is found by the first operation, which fails with {@code DATABASE_UNAVAILABLE} and may be
 * tried again.
 */
public final class PostgresDatabase implements AutoCloseable {
  /** Schema that holds the record in the team's database. */
  static final String SCHEMA = "countersign";

  /** Allowed beyond a statement's own limit before a silent server counts as gone. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final HikariDataSource pool;
  private final PostgresSettings settings;

  public PostgresDatabase(PostgresSettings settings) {
    this.settings = settings;
    this.pool = new HikariDataSource(pool(settings));
  }

  /** Work of one transaction. */
  @FunctionalInterface
  interface Work<T> {
    T run(Session session) throws SQLException;
  }

  /** Runs work in one transaction: committed when it returns, rolled back when it throws. */
  <T> T inTransaction(String operation, Work<T> work) {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.run(new Session(connection));
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        rollBack(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      throw SqlFailures.translate(operation, e);
    }
  }

  /** Runs work that only reads, all of it at one moment. */
  <T> T inSnapshot(String operation, Work<T> work) {
    return inTransaction(
        operation,
        session -> {
          session.update("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
          return work.run(session);
        });
  }

  HikariDataSource pool() {
    return pool;
  }

  PostgresSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    pool.close();
  }

  private static void rollBack(Connection connection, Throwable reason) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The connection is gone, and the transaction with it; the reason tells more.
      reason.addSuppressed(e);
    }
  }

  private static HikariConfig pool(PostgresSettings settings) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("countersign-record");
    pool.setJdbcUrl(settings.url());
    pool.setCredentialsProvider(
        () -> Credentials.of(settings.user(), settings.password().get().reveal()));
    pool.setMaximumPoolSize(settings.poolSize());
    pool.setMinimumIdle(1);
    // The settings below must not hang on the first transaction: rolled back, it would undo them.
    pool.setAutoCommit(true);
    pool.setInitializationFailTimeout(-1);
    pool.setConnectionTimeout(settings.connectTimeout().toMillis());
    pool.setValidationTimeout(Math.min(1_000, settings.connectTimeout().toMillis()));
    pool.addDataSourceProperty("connectTimeout", seconds(settings.connectTimeout()));
    pool.addDataSourceProperty("socketTimeout", seconds(settings.statementTimeout().plus(SILENCE)));
    pool.addDataSourceProperty("tcpKeepAlive", "true");
    pool.addDataSourceProperty("ApplicationName", "countersign");
    // Details of a server's error quote rows.
    pool.addDataSourceProperty("logServerErrorDetail", "false");
    pool.setConnectionInitSql(
        "SET search_path = "
            + SCHEMA
            + "; SET statement_timeout = "
            + settings.statementTimeout().toMillis()
            + "; SET lock_timeout = "
            + settings.lockTimeout().toMillis()
            + "; SET idle_in_transaction_session_timeout = "
            + settings.writeLimit().toMillis());
    return pool;
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, TimeUnit.MILLISECONDS.toSeconds(duration.toMillis())));
  }
}
