package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.Grants;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.record.Grant;
import io.countersign.record.GrantOrder;
import io.countersign.record.GrantState;
import io.countersign.record.GrantTicket;
import io.countersign.record.JsonDocument;
import io.countersign.release.ReleaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

final class PostgresGrants implements Grants {
  private static final String SHARED = "pg_try_advisory_xact_lock_shared";
  private static final String ALONE = "pg_try_advisory_xact_lock";

  private final PostgresDatabase database;

  PostgresGrants(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public GrantTicket openGrant(GrantOrder order) {
    return database.inTransaction(
        "open a grant",
        session -> {
          Optional<Grant> known = byKey(session, order);
          if (known.isPresent()) {
            return known.get().ticket();
          }
          for (Slot slot : Slot.values()) {
            if (!reserve(
                session, SHARED, order.release().environment(), order.release().system(), slot)) {
              continue;
            }
            Optional<Grant> opened = insert(session, order, slot);
            if (opened.isPresent()) {
              return opened.get().ticket();
            }
          }
          // Somebody was faster, or both slots are held: the constraints decided, this only finds
          // out which.
          Optional<Grant> faster = byKey(session, order);
          if (faster.isPresent()) {
            return faster.get().ticket();
          }
          boolean held =
              session
                  .first(
                      "SELECT 1 AS held FROM access_grant WHERE release = ? AND state <> 'REVOKED'",
                      row -> true,
                      order.release())
                  .isPresent();
          throw Grants.notOpened(order, held);
        });
  }

  @Override
  public Optional<GrantTicket> takeOver(ReleaseId release, String namespaceId, String runId) {
    return database.inTransaction(
        "take a grant over",
        session -> {
          Optional<Grant> open =
              session.first(
                  "SELECT * FROM access_grant WHERE release = ? AND state <> 'REVOKED' FOR UPDATE",
                  PostgresGrants::grant,
                  release);
          if (open.isEmpty()) {
            return Optional.empty();
          }
          Grants.requireTakeable(open.get(), namespaceId);
          return (open.get().runId().equals(runId)
                  ? open
                  : session.first(
                      "UPDATE access_grant SET run_id = ?, fence = nextval('grant_fence')"
                          + " WHERE grant_id = ? RETURNING *",
                      PostgresGrants::grant,
                      runId,
                      open.get().grantId()))
              .map(Grant::ticket);
        });
  }

  @Override
  public <T> T whileWriting(
      GrantTicket ticket, JsonDocument spec, Instant at, RoleWriter<T> writer) {
    return database.inTransaction(
        "write a role",
        session -> {
          Grant grant = lock(session, ticket.grantId());
          grant.requireWritable(ticket, spec, at);
          Written<T> written = writer.write(grant);
          if (grant.state() == GrantState.WRITING) {
            session.update(
                "UPDATE access_grant SET state = 'LIVE', live_at = ?, spec = ?::jsonb,"
                    + " grant_proof = ?::jsonb WHERE grant_id = ?",
                at.truncatedTo(ChronoUnit.MICROS),
                spec,
                written.proof(),
                grant.grantId());
          }
          return written.answer();
        });
  }

  @Override
  public Optional<Grant> beginRevocation(ReleaseId release) {
    return database.inTransaction(
        "begin a revocation",
        session -> {
          Optional<Grant> open =
              session.first(
                  "SELECT * FROM access_grant WHERE release = ? AND state <> 'REVOKED' FOR UPDATE",
                  PostgresGrants::grant,
                  release);
          if (open.isEmpty() || open.get().state() == GrantState.REVOKING) {
            return open;
          }
          return session.first(
              "UPDATE access_grant SET state = 'REVOKING', fence = nextval('grant_fence')"
                  + " WHERE grant_id = ? RETURNING *",
              PostgresGrants::grant,
              open.get().grantId());
        });
  }

  @Override
  public void closeGrant(UUID grantId, JsonDocument proof, Instant at) {
    database.inTransaction(
        "close a grant",
        session -> {
          Grant grant = lock(session, grantId);
          if (grant.requireClosable()) {
            session.update(
                "UPDATE access_grant SET state = 'REVOKED', closed_at = ?,"
                    + " revocation_proof = ?::jsonb WHERE grant_id = ?",
                at.truncatedTo(ChronoUnit.MICROS),
                proof,
                grantId);
          }
          return grantId;
        });
  }

  @Override
  public <T> Optional<T> whileFree(String environment, String system, Slot slot, Supplier<T> work) {
    return database.inTransaction(
        "work on a free slot",
        session -> {
          if (!reserve(session, ALONE, environment, system, slot)) {
            return Optional.empty();
          }
          boolean held =
              session
                  .first(
                      "SELECT 1 AS held FROM access_grant WHERE environment = ? AND system = ?"
                          + " AND slot = ? AND state <> 'REVOKED'",
                      row -> true,
                      environment,
                      system,
                      slot.toString())
                  .isPresent();
          return held ? Optional.empty() : Optional.of(work.get());
        });
  }

  @Override
  public List<Grant> openGrants() {
    return read("state <> 'REVOKED'");
  }

  @Override
  public List<Grant> openGrants(String environment, String system) {
    return read("state <> 'REVOKED' AND environment = ? AND system = ?", environment, system);
  }

  @Override
  public List<Grant> grants(ReleaseId release) {
    return read("release = ?", release);
  }

  private List<Grant> read(String condition, Object... values) {
    List<Grant> found =
        database.inTransaction(
            "read grants",
            session ->
                session.list(
                    "SELECT * FROM access_grant WHERE "
                        + condition
                        + " ORDER BY ordinal LIMIT "
                        + (MAX_READ + 1),
                    PostgresGrants::grant,
                    values));
    if (found.size() > MAX_READ) {
      throw new GateException(FailureType.RECORD_CONFLICT, "more than " + MAX_READ + " grants");
    }
    return found;
  }

  private static Optional<Grant> insert(Session session, GrantOrder order, Slot slot)
      throws SQLException {
    return session.first(
        "INSERT INTO access_grant (grant_id, release, slot, state, request_key, opened_at,"
            + " expires_at, namespace_id, run_id) VALUES (?, ?, ?, 'WRITING', ?, ?, ?, ?, ?)"
            + " ON CONFLICT DO NOTHING RETURNING *",
        PostgresGrants::grant,
        UUID.randomUUID(),
        order.release(),
        slot.toString(),
        order.key(),
        order.openedAt(),
        order.expiresAt(),
        order.namespaceId(),
        order.runId());
  }

  /**
   * Those who open a grant share a slot's lock until their transaction ends, and leave the choice
   * to the constraints; who cleans a free slot has it alone.
   */
  private static boolean reserve(
      Session session, String lock, String environment, String system, Slot slot)
      throws SQLException {
    return session
        .first(
            "SELECT " + lock + "(hashtextextended(?, 0)) AS reserved",
            row -> row.getBoolean("reserved"),
            "slot/" + environment + "/" + system + "/" + slot)
        .orElseThrow();
  }

  private static Optional<Grant> byKey(Session session, GrantOrder order) throws SQLException {
    return session.first(
        "SELECT * FROM access_grant WHERE release = ? AND request_key = ?",
        PostgresGrants::grant,
        order.release(),
        order.key());
  }

  private static Grant lock(Session session, UUID grantId) throws SQLException {
    return session
        .first(
            "SELECT * FROM access_grant WHERE grant_id = ? FOR UPDATE",
            PostgresGrants::grant,
            grantId)
        .orElseThrow(() -> new GateException(FailureType.RECORD_CONFLICT, "no such grant"));
  }

  private static Grant grant(ResultSet row) throws SQLException {
    return new Grant(
        row.getObject("grant_id", UUID.class),
        Session.release(row, "release"),
        Slot.valueOf(row.getString("slot").toUpperCase(Locale.ROOT)),
        GrantState.valueOf(row.getString("state")),
        row.getLong("ordinal"),
        row.getLong("fence"),
        Session.instant(row, "opened_at"),
        Session.instantOrNull(row, "live_at"),
        Session.instant(row, "expires_at"),
        Session.instantOrNull(row, "closed_at"),
        row.getString("namespace_id"),
        row.getString("run_id"),
        Session.jsonOrNull(row, "spec"),
        Session.jsonOrNull(row, "grant_proof"),
        Session.jsonOrNull(row, "revocation_proof"));
  }
}
