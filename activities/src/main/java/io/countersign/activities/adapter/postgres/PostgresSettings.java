package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.SecretText;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Where the record is and how long to wait for it.
 *
 * @param url {@code jdbc:postgresql://…}, without user and password
 * @param password asked for each new connection, so that a rotated password is taken up
 * @param poolSize connections at most, 2 or more
 * @param connectTimeout for a connection, from the pool or the server
 * @param statementTimeout for one statement
 * @param lockTimeout for a row that another transaction holds
 * @param writeLimit how long a role may take to be written while its grant is locked; after it the
 *     server ends the transaction, so that a hanging writer cannot hold up a revocation
 */
public record PostgresSettings(
    String url,
    String user,
    Supplier<SecretText> password,
    int poolSize,
    Duration connectTimeout,
    Duration statementTimeout,
    Duration lockTimeout,
    Duration writeLimit) {
  private static final Duration SHORTEST = Duration.ofMillis(250);

  public PostgresSettings {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("postgres: url must begin with jdbc:postgresql:");
    }
    if (url.toLowerCase(Locale.ROOT).contains("password=")) {
      throw new IllegalArgumentException("postgres: the password does not belong into the url");
    }
    if (user.isBlank()) {
      throw new IllegalArgumentException("postgres: user must not be empty");
    }
    if (poolSize < 2) {
      throw new IllegalArgumentException("postgres: poolSize must be 2 or more");
    }
    requireAtLeast("connectTimeout", connectTimeout);
    requireAtLeast("statementTimeout", statementTimeout);
    requireAtLeast("lockTimeout", lockTimeout);
    requireAtLeast("writeLimit", writeLimit);
  }

  /**
   * The usual: 10 connections; 3 s to connect, 10 s a statement, 5 s a lock, 30 s to write a role.
   */
  public static PostgresSettings of(String url, String user, Supplier<SecretText> password) {
    return new PostgresSettings(
        url,
        user,
        password,
        10,
        Duration.ofSeconds(3),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30));
  }

  private static void requireAtLeast(String field, Duration value) {
    if (value.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("postgres: " + field + " must be 250 ms or more");
    }
  }
}
