package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Where the password of the record's database comes from. */
public final class DatabasePassword {
  private DatabasePassword() {}

  /** Read from a file for each new connection, so that whoever rotates it writes the file only. */
  public static Supplier<SecretText> ofFile(Path file) {
    return () -> {
      try {
        return SecretText.of(Files.readString(file));
      } catch (IOException e) {
        throw new GateException(
            FailureType.DATABASE_UNAVAILABLE, "the password file cannot be read: " + file, e);
      }
    };
  }

  /** Taken from an environment variable, now. */
  public static Supplier<SecretText> ofVariable(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalArgumentException("postgres: environment variable " + name + " is not set");
    }
    SecretText password = SecretText.of(value);
    return () -> password;
  }
}
