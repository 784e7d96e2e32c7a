package io.countersign.activities.adapter.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.CredentialBrokerContract;
import io.countersign.failure.FailureType;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class UnsafeInMemoryCredentialBrokerTests extends CredentialBrokerContract {
  private final UnsafeInMemoryCredentialBroker memory =
      new UnsafeInMemoryCredentialBroker(Clock.systemUTC());

  @Override
  protected CredentialBroker broker() {
    memory.policy(POLICY, policyBody());
    return memory;
  }

  @Override
  protected SystemRef freshSystem() {
    SystemRef fresh = new SystemRef("test", "fraud");
    memory.onboard(fresh);
    return fresh;
  }

  @Override
  protected String policyBody() {
    return "path \"secret/data/fraud\" { capabilities = [\"read\"] }";
  }

  @Override
  protected String login(SystemRef system, Slot slot, String role) {
    return memory.login(system, slot, role, SUBJECT, AUDIENCE);
  }

  @Override
  protected boolean works(String token) {
    return memory.works(token);
  }

  @Test
  void failsAsOftenAsAsked() {
    memory.failNext(2, FailureType.VAULT_UNAVAILABLE);

    fails(FailureType.VAULT_UNAVAILABLE, () -> broker.grant(spec("1.0", Slot.A)));
    fails(FailureType.VAULT_UNAVAILABLE, () -> broker.inspect(system, Slot.A));
    assertThat(broker.inspect(system, Slot.A).isEmpty()).isTrue();
  }

  @Test
  void aTokenLeftBehindIsNotProvedGone() {
    broker.grant(spec("1.0", Slot.A));
    String token = login(system, Slot.A, "1.0");
    memory.leaveTokensBehind(true);

    fails(FailureType.REVOCATION_UNPROVED, () -> broker.revoke(system.release("1.0"), Slot.A));
    assertThat(works(token)).isTrue();

    memory.leaveTokensBehind(false);
    broker.revoke(system.release("1.0"), Slot.A);
    assertThat(works(token)).isFalse();
  }
}
