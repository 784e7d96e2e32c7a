package io.countersign.activities.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.postgres.PostgresSettings;
import io.countersign.activities.port.RecordFixture;
import io.countersign.failure.FailureType;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPostgresIT {
  @TempDir private Path directory;

  @Test
  void keepsItsDataPasswordAndPortOverARestart() throws Exception {
    String url;
    try (LocalPostgres server = start()) {
      url = server.url();
      write(server, 1);
    }
    try (LocalPostgres server = start()) {
      assertThat(server.url()).isEqualTo(url);
      assertThat(count(server)).isEqualTo(1);
    }
    assertThat(directory.resolve("data/postmaster.pid")).doesNotExist();
  }

  @Test
  void letsNobodyInWithoutThePassword() throws Exception {
    try (LocalPostgres server = start()) {
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.url(), server.user(), "wrong").close())
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      assertThatThrownBy(() -> DriverManager.getConnection(server.url(), server.user(), "").close())
          .isInstanceOf(SQLException.class);
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(directory.resolve("password"))))
          .isEqualTo("rw-------");
      assertThat(server.toString()).doesNotContain(server.password().reveal());
    }
  }

  @Test
  void listensOnTheLoopbackOnly() throws Exception {
    try (LocalPostgres server = start();
        Connection connection = connect(server);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('listen_addresses') ||"
                    + " current_setting('unix_socket_directories')")) {
      row.next();
      assertThat(InetAddress.getByName(row.getString(1)).isLoopbackAddress()).isTrue();
    }
  }

  @Test
  void refusesADirectoryThatIsInUse() throws Exception {
    try (LocalPostgres server = start()) {
      RecordFixture.refused(FailureType.DATABASE_UNAVAILABLE, this::start);
      assertThat(count(server)).isZero();
    }
  }

  @Test
  void losesNoCommitWhenTheServerIsKilled() throws Exception {
    try (LocalPostgres server = start()) {
      write(server, 1);
      ProcessHandle killed = postmaster();
      killed.destroyForcibly();
      killed.onExit().get(10, TimeUnit.SECONDS);
    }
    try (LocalPostgres server = start()) {
      assertThat(count(server)).isEqualTo(1);
    }
  }

  @Test
  void stopsTheServerOfAKilledProcessAndKeepsItsData() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (Scanner lines = new Scanner(other.getInputStream(), StandardCharsets.UTF_8)) {
      assertThat(lines.nextLine()).isEqualTo("ready");
      ProcessHandle orphan = postmaster();
      other.destroyForcibly().waitFor();
      assertThat(orphan.isAlive()).isTrue();
      try (LocalPostgres server = start()) {
        assertThat(orphan.isAlive()).isFalse();
        assertThat(count(server)).isEqualTo(7);
      }
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void startsAgainWhenItsNumberBelongsToAnotherProgram() throws Exception {
    try (LocalPostgres server = start()) {
      write(server, 1);
    }
    Path file = directory.resolve("data/postmaster.pid");
    Files.writeString(file, ProcessHandle.current().pid() + "\n" + directory + "\n");
    try (LocalPostgres server = start()) {
      assertThat(count(server)).isEqualTo(1);
    }
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void beginsAnInterruptedFirstStartAnew() throws Exception {
    try (LocalPostgres server = start()) {
      assertThat(count(server)).isZero();
    }
    Files.delete(directory.resolve("complete"));
    Files.delete(directory.resolve("data/PG_VERSION"));
    try (LocalPostgres server = start()) {
      assertThat(count(server)).isZero();
    }
  }

  /** Holds a server with seven rows until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      LocalPostgres server = LocalPostgres.start(Path.of(arguments[0]), TestPostgres.PROGRAMS);
      write(server, 7);
      System.out.println("ready");
      new CountDownLatch(1).await();
    }
  }

  private LocalPostgres start() {
    return LocalPostgres.start(directory, TestPostgres.PROGRAMS);
  }

  private ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(directory.resolve("data/postmaster.pid")).get(0);
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static Connection connect(LocalPostgres server) throws SQLException {
    PostgresSettings settings = TestPostgres.settings(server, "postgres");
    return DriverManager.getConnection(
        settings.url(), settings.user(), settings.password().get().reveal());
  }

  private static void write(LocalPostgres server, int rows) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept AS SELECT generate_series(1, " + rows + ") AS n");
    }
  }

  private static long count(LocalPostgres server) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS kept (n int)");
      try (ResultSet row = statement.executeQuery("SELECT count(*) FROM kept")) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
