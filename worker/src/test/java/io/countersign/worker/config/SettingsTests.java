package io.countersign.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.vault.VaultIdentity;
import io.countersign.worker.gateway.TemporalConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTests {
  @TempDir Path directory;

  @Test
  void reachesTheDevServerWhenNothingIsSet() {
    assertThat(settings().temporal()).isEqualTo(TemporalConnection.local("127.0.0.1:7233"));
    assertThat(settings().postgresMigrate()).isTrue();
    assertThat(settings().development()).isFalse();
  }

  @Test
  void takesTheEnvironmentOverTheFile() throws IOException {
    local(
        """
        countersign.temporal.address = temporal.example.com:7233
        countersign.temporal.namespace = gate
        """);
    TemporalConnection temporal =
        settings("COUNTERSIGN_TEMPORAL_ADDRESS", "other.example.com:7233").temporal();
    assertThat(temporal.address()).isEqualTo("other.example.com:7233");
    assertThat(temporal.namespace()).isEqualTo("gate");
  }

  @Test
  void findsRelativePathsFromWhereTheyAreWritten() throws IOException {
    local("countersign.gate-file = ../gate.yaml");
    Settings settings = settings("COUNTERSIGN_APPROVERS_FILE", "approvers.yaml");
    assertThat(settings.gateFile()).isEqualTo(directory.resolve("gate.yaml"));
    assertThat(settings.approversFile()).isEqualTo(directory.resolve("approvers.yaml"));
  }

  @Test
  void takesTheNamedFileAndNoOther() throws IOException {
    local("countersign.temporal.namespace = local");
    Path named = Files.writeString(directory.resolve("named"), "countersign.development = true");
    Settings settings = settings("COUNTERSIGN_CONFIG", named.toString());
    assertThat(settings.temporal().namespace()).isEqualTo("default");
    assertThat(settings.development()).isTrue();
    assertThatThrownBy(() -> settings("COUNTERSIGN_CONFIG", "absent"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageEndingWith("absent: cannot be read as a properties file");
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void knowsEverySettingUnderBothNames(Setting setting) throws IOException {
    Files.writeString(directory.resolve("one"), setting.propertyName() + " = x");
    assertThat(settings("COUNTERSIGN_CONFIG", "one")).isNotNull();
    assertThat(settings(setting.variable(), "x")).isNotNull();
    assertThat(Setting.ofVariable(setting.variable())).contains(setting);
  }

  @ParameterizedTest
  @CsvSource({
    "COUNTERSIGN_TEMPORAL_ADRESS, COUNTERSIGN_TEMPORAL_ADDRESS",
    "COUNTERSIGN_GATEFILE, COUNTERSIGN_GATE_FILE",
    "COUNTERSIGN_VAULT_GRANT_TOKENFILE, COUNTERSIGN_VAULT_GRANT_TOKEN_FILE",
  })
  void refusesAnUnknownVariableAndNamesTheNearOne(String typed, String near) {
    assertThatThrownBy(() -> settings(typed, "x"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("environment: unknown setting '" + typed + "'; did you mean ")
        .hasMessageContaining(near);
  }

  @Test
  void refusesAnUnknownLineOfTheFile() throws IOException {
    local("countersign.temporal.namespce = x");
    assertThatThrownBy(this::settings)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageEndingWith("did you mean countersign.temporal.namespace?");
  }

  @Test
  void refusesALineThatStandsTwice() throws IOException {
    local("countersign.development = false\ncountersign.development = true");
    assertThatThrownBy(this::settings)
        .hasMessageEndingWith("countersign.development stands there twice");
  }

  @Test
  void leavesVariablesOfOthersAlone() {
    Map<String, String> environment = new HashMap<>();
    environment.put("COUNTERSIGN_ENGINES", "required");
    environment.put("COUNTERSIGN_SERVICE_HOST", "10.0.0.1");
    environment.put("COUNTERSIGN_PORT", "tcp://10.0.0.1:80");
    environment.put("COUNTERSIGN_PORT_80_TCP_ADDR", "10.0.0.1");
    assertThat(Settings.read(environment, directory).person()).isEmpty();
  }

  @Test
  void refusesEmptiness() {
    assertThatThrownBy(() -> settings("COUNTERSIGN_GATE_FILE", "  "))
        .hasMessage(
            "environment: COUNTERSIGN_GATE_FILE: found nothing, allowed is the file gate.yaml;"
                + " leave it out instead");
  }

  @Test
  void saysWhichSettingIsMissingInWhichForm() {
    assertThatThrownBy(() -> settings().gateFile())
        .hasMessage(
            "countersign.gate-file (COUNTERSIGN_GATE_FILE) is missing: allowed is the file"
                + " gate.yaml");
    assertThatThrownBy(() -> settings().vault())
        .hasMessageStartingWith("countersign.vault.address (COUNTERSIGN_VAULT_ADDRESS) is missing");
    assertThatThrownBy(() -> settings().vaultGrant())
        .hasMessageContaining("countersign.vault.grant.jwt-file")
        .hasMessageContaining("countersign.vault.grant.mount")
        .hasMessageContaining("countersign.vault.grant.token-file");
    assertThatThrownBy(() -> settings().postgres())
        .hasMessageStartingWith("countersign.postgres.url");
    assertThatThrownBy(() -> settings("COUNTERSIGN_TEMPORAL_TLS_CERT", "c.pem").temporal())
        .hasMessageStartingWith("countersign.temporal.tls.key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "http://localhost:7233", "a b:1", ":7233"})
  void refusesAnAddressThatIsNone(String address) {
    refuses("COUNTERSIGN_TEMPORAL_ADDRESS", address, Settings::temporal, "host:port");
  }

  @Test
  void refusesValuesOfAnotherForm() {
    refuses("COUNTERSIGN_DEVELOPMENT", "yes", Settings::development, "true or false");
    refuses("COUNTERSIGN_VAULT_ADDRESS", "vault:8200", Settings::vault, "https://host:port");
    refuses(
        "COUNTERSIGN_NOTIFY_WEBHOOK", "http://x.org", Settings::notifyWebhook, "https://host/path");
  }

  @Test
  void doesNotQuoteARefusedDatabaseAddress() {
    Map<String, String> environment = new HashMap<>();
    environment.put("COUNTERSIGN_POSTGRES_URL", "jdbc:postgresql://h/d?password=hunter2");
    environment.put("COUNTERSIGN_POSTGRES_USER", "gate");
    environment.put("COUNTERSIGN_POSTGRES_PASSWORD_FILE", "p");
    assertThatThrownBy(() -> Settings.read(environment, directory).postgres())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void takesAPlatformIdentityWhole() {
    Map<String, String> environment = new HashMap<>();
    environment.put("COUNTERSIGN_VAULT_WATCH_JWT_FILE", "/var/run/token");
    environment.put("COUNTERSIGN_VAULT_WATCH_MOUNT", "gate");
    assertThatThrownBy(() -> Settings.read(environment, directory).vaultWatch())
        .hasMessageStartingWith("countersign.vault.watch.role");
    environment.put("COUNTERSIGN_VAULT_WATCH_ROLE", "watch");
    assertThat(Settings.read(environment, directory).vaultWatch())
        .isEqualTo(new VaultIdentity.JwtFile(Path.of("/var/run/token"), "gate", "watch"));
    environment.put("COUNTERSIGN_VAULT_WATCH_TOKEN_FILE", "t");
    assertThatThrownBy(() -> Settings.read(environment, directory).vaultWatch())
        .hasMessageContaining("allowed is one of them");
  }

  @Test
  void encryptsWhereverThereIsSomethingToProve() {
    assertThat(settings("COUNTERSIGN_TEMPORAL_API_KEY_FILE", "k").temporal().tls()).isTrue();
    assertThat(settings("COUNTERSIGN_TEMPORAL_TLS_CA", "ca").temporal().tls()).isTrue();
    assertThat(settings("COUNTERSIGN_TEMPORAL_TLS_ENABLED", "true").temporal().tls()).isTrue();
  }

  private void refuses(String name, String value, Consumer<Settings> getter, String allowed) {
    assertThatThrownBy(() -> getter.accept(settings(name, value)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(
            "environment: " + name + ": found a value that is refused, allowed is " + allowed);
  }

  private Settings settings() {
    return Settings.read(Map.of(), directory);
  }

  private Settings settings(String name, String value) {
    return Settings.read(Map.of(name, value), directory);
  }

  private void local(String text) throws IOException {
    Path file = directory.resolve(".countersign").resolve("countersign.properties");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
