package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.SecretText;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.engine.ExampleSystem;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One release through its whole life. */
class GateLifeIT {
  private final Gatehouse house = Gatehouse.open();

  @Test
  void aReleaseGetsACredentialThatWorksAndThatIsDeadAfterTheRollback() {
    ReleaseId id = house.start("2026.11.1", "life-1");
    house.await(id, GateState.AWAITING_SIGN_OFF);
    assertThat(house.workload.login(ExampleSystem.SYSTEM, id.version())).isEmpty();
    Gatehouse.await(() -> house.workload.login(ExampleSystem.SYSTEM, "probe"), Optional::isPresent);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.approve(id, "rita@example.com", GateFunction.RISK);
    house.await(id, GateState.LIVE);
    SecretText token = house.workload.login(ExampleSystem.SYSTEM, id.version()).orElseThrow();
    assertThat(house.workload.read(token, "kv/data/fraud/scoring")).isEqualTo(200);
    assertThat(house.workload.read(token, "kv/data/fraud/ledger")).isEqualTo(403);

    house.signal(id, "order", house.order(id, "otto@example.com", OrderKind.ROLLBACK));
    assertThat(house.await(id, GateState.ROLLED_BACK).revokedAt()).isNotNull();
    assertThat(house.workload.alive(token)).isFalse();
    assertThat(house.workload.login(ExampleSystem.SYSTEM, id.version())).isEmpty();
  }
}
