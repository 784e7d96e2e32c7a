package io.countersign.activities.engine;

import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of our own in a directory, on 127.0.0.1. The data stays in the directory and
 * is there again at the next start, also after the process or the server was killed. The port is
 * the one of the last start while that is free.
 *
 * <p>The directory holds {@code data}, {@code server} (the unpacked programs), {@code port}, {@code
 * password} (readable by its owner alone), {@code lock} and, once the first start is through,
 * {@code complete}. Logins need the password (SCRAM); only while the very first start sets it, for
 * some milliseconds, does the server trust the loopback.
 */
public final class LocalPostgres implements AutoCloseable {
  private static final String USER = "postgres";
  private static final Duration START = Duration.ofSeconds(60);
  private static final String PASSWORD_ONLY =
      """
      local all all scram-sha-256
      host all all 127.0.0.1/32 scram-sha-256
      """;

  private final EmbeddedPostgres server;
  private final FileChannel lock;
  private final SecretText password;
  private final Path data;

  private LocalPostgres(EmbeddedPostgres server, FileChannel lock, SecretText password, Path data) {
    this.server = server;
    this.lock = lock;
    this.password = password;
    this.data = data;
  }

  /** Starts a server, with its programs unpacked in the same directory. */
  public static LocalPostgres start(Path directory) {
    return start(directory, directory.resolve("server"));
  }

  /**
   * Starts a server. A server that a killed process left behind in this directory is stopped first;
   * one that a living process holds is {@code DATABASE_UNAVAILABLE}.
   *
   * @param programs where the server's programs are unpacked once; may be shared by several
   *     directories
   */
  public static LocalPostgres start(Path directory, Path programs) {
    try {
      Files.createDirectories(directory);
      FileChannel lock = lock(directory);
      try {
        return start(directory, programs, lock);
      } catch (IOException | SQLException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException | SQLException | IllegalStateException e) {
      throw new GateException(
          FailureType.DATABASE_UNAVAILABLE, "the local PostgreSQL did not start", e);
    }
  }

  /** For a JDBC connection; without user and password. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + USER;
  }

  public String user() {
    return USER;
  }

  public SecretText password() {
    return password;
  }

  /** Stops the server: open transactions are rolled back, the data is complete on disk. */
  @Override
  public void close() {
    try (lock) {
      server.close();
      LeftoverPostmaster.stop(data);
    } catch (IOException e) {
      throw new GateException(
          FailureType.DATABASE_UNAVAILABLE, "the local PostgreSQL did not stop", e);
    }
  }

  private static LocalPostgres start(Path directory, Path programs, FileChannel lock)
      throws IOException, SQLException {
    Path data = directory.toAbsolutePath().resolve("data");
    LeftoverPostmaster.stop(data);
    LocalPassword password = LocalPassword.in(directory);
    boolean complete = Files.exists(directory.resolve("complete"));
    if (!complete) {
      // An initialisation that was interrupted is begun anew; there is nothing in it yet.
      delete(data);
    }
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setOverrideWorkingDirectory(Files.createDirectories(programs).toFile())
            .setCleanDataDirectory(false)
            .setConnectConfig("password", password.secret().reveal())
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("unix_socket_directories", "")
            // The library is made for tests and trades commits for speed; the record may lose none.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("timezone", "UTC")
            .setPort(LocalPort.in(directory))
            .setRegisterShutdownHook(true)
            .setPGStartupWait(START)
            .start();
    LocalPostgres started = new LocalPostgres(server, lock, password.secret(), data);
    if (!complete) {
      started.requirePassword();
      Files.createFile(directory.resolve("complete"));
    }
    return started;
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private void requirePassword() throws IOException, SQLException {
    Properties login = new Properties();
    login.setProperty("user", USER);
    login.setProperty("password", password.reveal());
    try (Connection connection = DriverManager.getConnection(url(), login);
        Statement statement = connection.createStatement()) {
      // The password is hexadecimal: nothing in it needs quoting.
      statement.execute("ALTER ROLE " + USER + " PASSWORD '" + password.reveal() + "'");
      Files.writeString(data.resolve("pg_hba.conf"), PASSWORD_ONLY);
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process: the same answer as for another one.
    }
    channel.close();
    throw new GateException(
        FailureType.DATABASE_UNAVAILABLE, "another process uses the local PostgreSQL's directory");
  }
}
