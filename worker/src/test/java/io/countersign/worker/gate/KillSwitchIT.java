package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Two decision nodes beside a gate on real engines. How long they take is measured by the
 * benchmark; here it is held that they follow, and that they deny before anything is proved.
 */
class KillSwitchIT {
  private final Life life = new Life();

  @Test
  void everyNodeFollowsOrdersTakeBacksAndTheWayBack() throws SQLException {
    ReleaseId first = life.live("kill-1");
    try (DecisionNode one = node(first);
        DecisionNode other = node(first)) {
      List<DecisionNode> nodes = List.of(one, other);
      nodes.forEach(node -> node.await(first, Hold.IN_FORCE));

      life.order(first, OrderKind.SUSPEND);
      nodes.forEach(node -> node.await(first, Hold.SUSPENDED));
      life.house.await(first, GateState.SUSPENDED);
      life.order(first, OrderKind.RESTORE);
      nodes.forEach(node -> node.await(first, Hold.IN_FORCE));
      life.house.await(first, GateState.LIVE);

      ReleaseId second = life.live("kill-2");
      nodes.forEach(node -> node.await(second, Hold.IN_FORCE));
      nodes.forEach(node -> node.await(first, Hold.NOT_LIVE));
      life.house.await(first, GateState.STANDBY);

      long sent = System.nanoTime();
      life.order(second, OrderKind.ROLLBACK);
      for (DecisionNode node : nodes) {
        Duration took = Duration.ofNanos(node.await(second, Hold.NOT_LIVE) - sent);
        assertThat(took).as("from the order to the denial").isPositive();
      }
      life.house.await(second, GateState.ROLLED_BACK);
      assertThat(marked(second, EntryKind.ORDER)).isLessThan(marked(second, EntryKind.REVOCATION));
      assertThat(marked(second, EntryKind.REVOCATION))
          .isLessThan(marked(second, EntryKind.REVOCATION_PROVED));
      nodes.forEach(node -> node.await(first, Hold.IN_FORCE));

      life.house.await(first, GateState.LIVE);
      life.takeBack(first);
      nodes.forEach(node -> node.await(first, Hold.SUSPENDED));
      life.house.await(first, GateState.SUSPENDED);
      life.retire(first);
      nodes.forEach(node -> node.await(first, Hold.NOT_LIVE));
    }
  }

  private DecisionNode node(ReleaseId id) {
    return new DecisionNode(
        life.house.engines.postgres(),
        life.house.settings.decisionsTrust(),
        life.house.example.locked(id.version()).manifest());
  }

  private long marked(ReleaseId id, EntryKind kind) throws SQLException {
    try (Connection record = life.house.record();
        PreparedStatement last =
            record.prepareStatement(
                "SELECT max(seq) FROM countersign.entry WHERE release = ? AND kind = ?")) {
      last.setString(1, id.toString());
      last.setString(2, kind.name());
      try (ResultSet row = last.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
