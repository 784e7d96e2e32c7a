package io.countersign.activities.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class SqlFailuresTests {
  @ParameterizedTest
  @CsvSource({
    "08006, DATABASE_UNAVAILABLE",
    "53300, DATABASE_UNAVAILABLE",
    "57014, DATABASE_UNAVAILABLE",
    "57P01, DATABASE_UNAVAILABLE",
    "55P03, DATABASE_UNAVAILABLE",
    "25P03, DATABASE_UNAVAILABLE",
    "25006, DATABASE_UNAVAILABLE",
    "40P01, DATABASE_UNAVAILABLE",
    "CS001, RECORD_CONFLICT",
    "42501, INTERNAL",
    "42P01, INTERNAL",
    "22P05, INTERNAL",
    "23505, INTERNAL",
    ", DATABASE_UNAVAILABLE"
  })
  void translatesByState(String state, FailureType type) {
    GateException failure =
        SqlFailures.translate("append an entry", new SQLException("row of ann's", state));
    assertThat(failure.type()).isEqualTo(type);
    assertThat(failure.getMessage()).doesNotContain("ann").contains("append an entry");
  }

  @ParameterizedTest
  @CsvSource({
    "frozen_release_pk, RELEASE_CONFLICT",
    "document_has_its_digest, DIGEST_MISMATCH",
    "used_nonce_once, REPLAYED",
    "access_grant_one_open_per_slot, NO_FREE_SLOT",
    "access_grant_one_open_per_release, RECORD_CONFLICT",
    "access_grant_of_frozen_release, RECORD_CONFLICT",
    "a_constraint_of_somebody_else, INTERNAL"
  })
  void translatesByConstraint(String constraint, FailureType type) {
    ServerErrorMessage message =
        new ServerErrorMessage("SERROR\0C23505\0Mduplicate key\0n" + constraint + "\0");
    assertThat(SqlFailures.translate("write", new PSQLException(message)).type()).isEqualTo(type);
  }

  @Test
  void takesAPoolWithoutConnectionsForAnOutage() {
    SQLException none = new SQLTransientConnectionException("no connection within 3000 ms");
    assertThat(SqlFailures.translate("read", none).type())
        .isEqualTo(FailureType.DATABASE_UNAVAILABLE);
  }

  @Test
  void refusesSettingsThatWouldHideOrNeverWait() {
    SecretText password = SecretText.of("hunter2");
    assertThatThrownBy(
            () ->
                PostgresSettings.of(
                    "jdbc:postgresql://db/x?Password=hunter2", "gate", () -> password))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> PostgresSettings.of("jdbc:h2:mem:", "gate", () -> password))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PostgresSettings.of("jdbc:postgresql://db/x", " ", () -> password))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(PostgresSettings.of("jdbc:postgresql://db/x", "gate", () -> password).toString())
        .doesNotContain("hunter2");
  }

  @Test
  void readsARotatedPasswordFromItsFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("password");
    var password = DatabasePassword.ofFile(file);
    assertThatThrownBy(password::get)
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.DATABASE_UNAVAILABLE));
    Files.writeString(file, "first\n");
    assertThat(password.get().reveal()).isEqualTo("first");
    Files.writeString(file, "second\n");
    assertThat(password.get().reveal()).isEqualTo("second");
    assertThatThrownBy(() -> DatabasePassword.ofVariable("COUNTERSIGN_NOT_SET"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
