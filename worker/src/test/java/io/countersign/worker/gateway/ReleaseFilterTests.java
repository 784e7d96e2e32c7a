package io.countersign.worker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseFilterTests {
  @Test
  void asksForAllThatIsAsked() {
    ReleaseFilter filter =
        new ReleaseFilter(
            "production",
            "scorer",
            GateState.LIVE,
            GateFunction.RISK,
            "elevated",
            Instant.parse("2026-11-01T00:00:00Z"),
            true,
            10);
    assertThat(filter.query())
        .isEqualTo(
            "WorkflowType = 'ReleaseGate' AND ExecutionStatus != 'ContinuedAsNew'"
                + " AND GateEnvironment = 'production' AND GateSystem = 'scorer'"
                + " AND GateState = 'LIVE' AND GateAwaiting = 'risk' AND GateTier = 'elevated'"
                + " AND StartTime >= '2026-11-01T00:00:00Z' AND ExecutionStatus = 'Running'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x' OR WorkflowType != 'y", "a\\'", "a\"b", "A", "", " ", "a b", "ä", "a/b", "--"})
  void refusesNamesThatCouldChangeTheQuery(String hostile) {
    assertThatThrownBy(() -> filter(hostile, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> filter(null, hostile, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> filter(null, null, hostile))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ReleaseFilter filter(String environment, String system, String tier) {
    return new ReleaseFilter(environment, system, null, null, tier, null, false, 1);
  }
}
