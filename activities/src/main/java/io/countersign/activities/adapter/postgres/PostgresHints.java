package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.LiveTraces.Hints;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Listens on a connection of its own and makes it again when it is lost. Never in a transaction: a
 * listener that stands in one keeps the server's queue from being emptied.
 */
final class PostgresHints implements Hints {
  static final String CHANNEL = "countersign_live";

  private static final Duration QUIET = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofMillis(500);

  private final PostgresSettings settings;
  private final Runnable hint;
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Connection connection;

  PostgresHints(PostgresSettings settings, Runnable hint) {
    this.settings = settings;
    this.hint = hint;
    this.thread = new Thread(this::keepListening, "countersign-live-hints");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    Connection open = connection;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        // It is gone already.
        connection = null;
      }
    }
    LockSupport.unpark(thread);
  }

  private void keepListening() {
    while (!closed) {
      try {
        listen();
      } catch (SQLException | RuntimeException lost) {
        // Until the connection is made again the poll finds what changes.
        connection = null;
      }
      if (!closed) {
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    }
  }

  private void listen() throws SQLException {
    try (Connection open = connect()) {
      connection = open;
      try (Statement statement = open.createStatement()) {
        statement.execute("LISTEN " + CHANNEL);
      }
      // What was told while nobody listened is found by looking.
      hint.run();
      PGConnection told = open.unwrap(PGConnection.class);
      while (!closed) {
        PGNotification[] notifications = told.getNotifications((int) QUIET.toMillis());
        if (notifications != null && notifications.length > 0) {
          hint.run();
        } else {
          requireAnswer(open);
        }
      }
    }
  }

  /** A connection that went away without a word is found out by asking. */
  private static void requireAnswer(Connection open) throws SQLException {
    try (Statement statement = open.createStatement()) {
      statement.execute("SELECT 1");
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password().get().reveal());
    properties.setProperty("connectTimeout", seconds(settings.connectTimeout()));
    properties.setProperty("socketTimeout", seconds(settings.statementTimeout()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "countersign-live");
    properties.setProperty("logServerErrorDetail", "false");
    return DriverManager.getConnection(settings.url(), properties);
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.toSeconds()));
  }
}
