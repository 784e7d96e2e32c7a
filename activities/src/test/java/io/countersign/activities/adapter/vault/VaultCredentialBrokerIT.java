package io.countersign.activities.adapter.vault;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.CredentialBrokerContract;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The contract on a real OpenBao, under the gate's real policies. */
@TestInstance(Lifecycle.PER_CLASS)
class VaultCredentialBrokerIT extends CredentialBrokerContract {
  private final AtomicInteger systems = new AtomicInteger();
  private VaultFixture vault;

  protected Optional<Path> binary() {
    return EngineBinaries.ofThisProcess().openBao();
  }

  @BeforeAll
  void start() throws Exception {
    vault = VaultFixture.start(binary());
  }

  @AfterAll
  void stop() throws Exception {
    if (vault != null) {
      vault.close();
    }
  }

  @Override
  protected CredentialBroker broker() {
    return vault.broker();
  }

  @Override
  protected SystemRef freshSystem() {
    return vault.onboard("fraud-" + systems.incrementAndGet());
  }

  @Override
  protected String policyBody() {
    return VaultFixture.POLICY_BODY;
  }

  @Override
  protected String login(SystemRef system, Slot slot, String role) {
    return vault.login(system, slot, role);
  }

  @Override
  protected boolean works(String token) {
    return vault.works(token);
  }
}
