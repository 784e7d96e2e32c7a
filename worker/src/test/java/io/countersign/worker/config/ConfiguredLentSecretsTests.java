package io.countersign.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.files.ConfiguredRules;
import io.countersign.activities.adapter.files.ConfiguredRules.Endorsement;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.vault.GatePolicies;
import io.countersign.activities.adapter.vault.LentSecrets;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.SystemRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gate.yaml says about dynamic secrets reaches the proof of a revocation and Vault. */
class ConfiguredLentSecretsTests {
  private static final Path EXAMPLE = Path.of("..", "examples", "fraud-scorer");
  private static final SystemRef SYSTEM = new SystemRef("production", "fraud-scorer");
  private static final String LINE = "    validity: 30d\n";

  @TempDir Path directory;
  private Path gate;
  private LentSecrets lent;

  @BeforeEach
  void write() throws IOException {
    gate = directory.resolve("gate.yaml");
    Path approvers = directory.resolve("approvers.yaml");
    Files.copy(EXAMPLE.resolve("approvers.example.yaml"), approvers);
    Files.createDirectories(directory.resolve("keys"));
    Files.writeString(
        directory.resolve("keys/prod-cluster.pem"),
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    lent =
        new ConfiguredLentSecrets(
            new ConfiguredRules(
                gate, approvers, GateAssembly.reader(), new ApproverKeys(), Endorsement.none()));
  }

  @Test
  void answersWhatTheFileNamesNow() throws IOException {
    gate("");
    assertThat(lent.prefixes(SYSTEM)).isEmpty();
    gate("    dynamicSecrets: [database/creds/fraud-ro, rabbitmq/creds/fraud]\n");
    assertThat(lent.prefixes(SYSTEM))
        .containsExactly("database/creds/fraud-ro", "rabbitmq/creds/fraud");
    assertThat(lent.prefixes(new SystemRef("production", "other"))).isEmpty();
  }

  @Test
  void staysWithWhatWasReadLastWhileTheFileIsBroken() throws IOException {
    gate("    dynamicSecrets: [database/creds/fraud-ro]\n");
    lent.prefixes(SYSTEM);
    Files.writeString(gate, "kind: [");
    assertThat(lent.prefixes(SYSTEM)).containsExactly("database/creds/fraud-ro");
  }

  @Test
  void doesNotCallARevocationProvedWhenNobodySaysWhatToLookAt() throws IOException {
    Files.writeString(gate, "kind: [");
    assertThatThrownBy(() -> lent.prefixes(SYSTEM))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.RULES_UNUSABLE));
  }

  @Test
  void theWatchIdentityMayLookAtThem() throws IOException {
    gate("    dynamicSecrets: [database/creds/fraud-ro]\n");
    assertThat(
            GatePolicies.watch(
                Onboardings.of(GateAssembly.reader().gate(gate).policy(), directory)))
        .contains("sys/leases/lookup/database/creds/fraud-ro");
  }

  private void gate(String line) throws IOException {
    String text = Files.readString(EXAMPLE.resolve("gate.yaml"));
    assertThat(text).contains(LINE);
    Files.writeString(gate, text.replaceFirst(LINE, LINE + line));
  }
}
