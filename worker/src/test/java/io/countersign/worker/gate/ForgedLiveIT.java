package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Somebody with the worker's login to the record beside a gate that runs: it submits a release that
 * nobody approves, writes that it is live, and has the gate itself seal and sign the record of it.
 */
class ForgedLiveIT {
  private static final String SEALED =
      "SELECT envelope FROM countersign.evidence_line WHERE release = ? AND key = ?";

  private final Life life = new Life();

  @Test
  void rowsThatTheGateSealsItselfLetNobodyIn() throws SQLException {
    ReleaseId approved = life.live("let-in-1");
    ReleaseId forged;
    try (DecisionNode node =
        new DecisionNode(
            life.house.engines.postgres(),
            life.house.settings.decisionsTrust(),
            life.house.example.locked(approved.version()).manifest())) {
      node.await(approved, Hold.IN_FORCE);
      forged = life.awaiting("let-in-2");
      UUID grant = UUID.randomUUID();
      write(
          "INSERT INTO countersign.access_grant (grant_id, release, slot, state, request_key,"
              + " opened_at, live_at, expires_at, namespace_id, run_id, spec, grant_proof)"
              + " SELECT ?::uuid, ?, 'b', 'LIVE', 'forged', now(), now(),"
              + " now() + interval '30 days', namespace_id, run_id, spec, grant_proof"
              + " FROM countersign.access_grant WHERE release = ?",
          grant.toString(),
          forged.toString(),
          approved.toString());
      // Everything that the gate told of the approved grant, its permit included.
      write(
          "INSERT INTO countersign.entry (release, at, kind, actor, key, body)"
              + " SELECT ?, now(), kind, actor, 'grant/' || ?, jsonb_set(body, '{grantId}',"
              + " to_jsonb(?)) FROM countersign.entry WHERE release = ? AND kind = 'GRANT'",
          forged.toString(),
          grant.toString(),
          grant.toString(),
          approved.toString());
      node.await(forged, Hold.NOT_PROVED);

      long seq = last(forged);
      String sealed =
          Gatehouse.await(() -> sealed(forged, "entry/" + seq + "/gate"), line -> !line.isEmpty());
      assertThat(sealed).as("what the gate signed of the forged entry").contains("transit:");
      revoke(grant);
      UUID another = UUID.randomUUID();
      write(
          "INSERT INTO countersign.access_grant (grant_id, release, slot, state, request_key,"
              + " opened_at, live_at, expires_at, namespace_id, run_id, spec, grant_proof)"
              + " SELECT ?::uuid, ?, 'b', 'LIVE', 'another', now(), now(),"
              + " now() + interval '30 days', namespace_id, run_id, spec, grant_proof"
              + " FROM countersign.access_grant WHERE release = ?",
          another.toString(),
          forged.toString(),
          approved.toString());
      write(
          "INSERT INTO countersign.entry (release, at, kind, actor, key, body)"
              + " VALUES (?, now(), 'GRANT', 'gate', ?, jsonb_build_object('grantId', ?,"
              + " 'permit', ?::jsonb))",
          forged.toString(),
          "grant/" + another,
          another.toString(),
          sealed);
      node.await(forged, Hold.NOT_PROVED);
      assertThat(node.hold(approved)).isEqualTo(Hold.IN_FORCE);
      revoke(another);
      life.order(forged, OrderKind.WITHDRAW);
      life.house.await(forged, GateState.WITHDRAWN);
    }
    life.retire(approved);
    // What the forger leaves behind cannot be sealed: the evidence of others goes on all the same.
    try (PostgresDatabase database = new PostgresDatabase(life.house.settings.postgres())) {
      EvidenceStore store = new PostgresReleaseRecord(database).evidence();
      assertThat(store.unwritten(forged, 1)).isNotEmpty();
      Gatehouse.await(
          () -> store.unwritten(approved, 1).isEmpty() && !store.unsealed(1_000).contains(approved),
          done -> done);
      if (life.house.engines.timeStamps().isPresent()) {
        Gatehouse.await(() -> store.unstamped(1), List::isEmpty);
      }
    }
  }

  private void revoke(UUID grant) throws SQLException {
    write(
        "UPDATE countersign.access_grant SET state = 'REVOKING', fence = fence + 1000000"
            + " WHERE grant_id = ?::uuid",
        grant.toString());
    write(
        "UPDATE countersign.access_grant SET state = 'REVOKED', closed_at = now(),"
            + " revocation_proof = '{}' WHERE grant_id = ?::uuid",
        grant.toString());
  }

  private long last(ReleaseId id) throws SQLException {
    try (Connection record = life.house.record();
        PreparedStatement query =
            record.prepareStatement(
                "SELECT max(seq) FROM countersign.entry WHERE release = ? AND kind = 'GRANT'")) {
      query.setString(1, id.toString());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private String sealed(ReleaseId id, String key) {
    try (Connection record = life.house.record();
        PreparedStatement query = record.prepareStatement(SEALED)) {
      query.setString(1, id.toString());
      query.setString(2, key);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getString(1) : "";
      }
    } catch (SQLException e) {
      throw new AssertionError("the record was not read", e);
    }
  }

  /** With the worker's rights. */
  private void write(String sql, String... values) throws SQLException {
    try (Connection record =
            DriverManager.getConnection(
                life.house.engines.postgres().url() + "?options=-c%20role=countersign_worker",
                life.house.engines.postgres().user(),
                life.house.engines.postgres().password().reveal());
        PreparedStatement statement = record.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }
}
