package io.countersign.worker.demo;

import io.countersign.activities.engine.LocalPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Asks programs for their versions. */
final class Versions {
  private Versions() {}

  /** The first line that the program answers. */
  static String of(Path program, String argument) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), argument).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the database says of itself. */
  static String of(LocalPostgres postgres) {
    try (Connection connection =
            DriverManager.getConnection(
                postgres.url(), postgres.user(), postgres.password().reveal());
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("show server_version")) {
      return answer.next() ? answer.getString(1) : "unknown";
    } catch (SQLException e) {
      throw new IllegalStateException("the database that was just used does not answer", e);
    }
  }
}
