package io.countersign.activities.adapter.postgres;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Translates the driver's failures, once, by SQLSTATE (PostgreSQL manual, appendix A) and
 * constraint name, never by message text. What is in the catalogue's terms "away" may come back: a
 * retry of the same call is safe.
 */
final class SqlFailures {
  /** Of our own triggers in {@code db/migration}: append-only, sequence, grant goes forward. */
  private static final String OWN_TRIGGERS = "CS";

  private static final Map<String, FailureType> CONSTRAINTS =
      Map.ofEntries(
          Map.entry("frozen_release_pk", FailureType.RELEASE_CONFLICT),
          Map.entry("document_has_its_digest", FailureType.DIGEST_MISMATCH),
          Map.entry("used_nonce_once", FailureType.REPLAYED),
          Map.entry("access_grant_one_open_per_slot", FailureType.NO_FREE_SLOT),
          Map.entry("access_grant_one_open_per_release", FailureType.RECORD_CONFLICT),
          Map.entry("access_grant_key_once", FailureType.RECORD_CONFLICT),
          Map.entry("access_grant_of_frozen_release", FailureType.RECORD_CONFLICT),
          Map.entry("supersession_of_frozen_release", FailureType.RECORD_CONFLICT),
          Map.entry("supersession_by_frozen_release", FailureType.RECORD_CONFLICT),
          Map.entry("entry_key_once", FailureType.RECORD_CONFLICT),
          Map.entry("evidence_line_place", FailureType.RECORD_CONFLICT));

  private static final String NONE = "-----";

  private SqlFailures() {}

  static GateException translate(String operation, SQLException failure) {
    String state = stateOf(failure);
    if (failure instanceof SQLTransientConnectionException || away(state)) {
      return failure(FailureType.DATABASE_UNAVAILABLE, operation, state, failure);
    }
    String constraint = constraintOf(failure);
    if (state.startsWith("23") && CONSTRAINTS.containsKey(constraint)) {
      return failure(CONSTRAINTS.get(constraint), operation, constraint, failure);
    }
    if (state.startsWith(OWN_TRIGGERS)) {
      return failure(FailureType.RECORD_CONFLICT, operation, state, failure);
    }
    return failure(FailureType.INTERNAL, operation, state, failure);
  }

  /**
   * 08 connection, 53 resources, 57 operator intervention and time-outs, 40 a transaction that lost
   * against another, 55P03 lock not available, 25P03 idle in transaction too long, 25006 a server
   * that only reads (after a failover).
   */
  private static boolean away(String state) {
    if (state.equals(NONE)) {
      // No server answered: the pool is closed or the thread was interrupted, as when a worker
      // stops. What it was doing must be tried again by the next one.
      return true;
    }
    return switch (state.substring(0, 2)) {
      case "08", "53", "57", "40" -> true;
      default -> state.equals("55P03") || state.equals("25P03") || state.equals("25006");
    };
  }

  private static GateException failure(
      FailureType type, String operation, String found, SQLException cause) {
    return new GateException(type, operation + " (" + found + ")", cause);
  }

  private static String stateOf(SQLException failure) {
    String state = failure.getSQLState();
    return state == null || state.length() != 5 ? NONE : state;
  }

  private static String constraintOf(SQLException failure) {
    @Nullable ServerErrorMessage message =
        failure instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    String constraint = message == null ? null : message.getConstraint();
    return constraint == null ? "" : constraint;
  }
}
