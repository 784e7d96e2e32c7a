package io.countersign.activities.adapter.vault;

import io.countersign.activities.engine.EngineBinaries;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** The same contract on HashiCorp Vault, where a {@code vault} program is on the path. */
class HashiCorpVaultCredentialBrokerIT extends VaultCredentialBrokerIT {
  @Override
  protected Optional<Path> binary() {
    return EngineBinaries.ofThisProcess().hashiCorpVault();
  }

  @BeforeAll
  @Override
  void start() throws Exception {
    Assumptions.assumeTrue(
        binary().isPresent(), "no vault on the path: not run on HashiCorp Vault");
    super.start();
  }
}
