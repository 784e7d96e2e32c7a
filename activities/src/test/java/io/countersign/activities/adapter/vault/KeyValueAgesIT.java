package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.port.KeyValueSecrets;
import io.countersign.activities.port.KeyValueSecrets.Engine;
import io.countersign.activities.port.KeyValueSecrets.Secret;
import io.countersign.activities.port.Progress;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.StaticSecrets;
import io.countersign.release.PathPattern;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ages of secrets on a real server, seen with the rights that are printed and no others. */
@TestInstance(Lifecycle.PER_CLASS)
class KeyValueAgesIT {
  private static final Map<String, Object> VALUE = Map.of("data", Map.of("key", "value"));

  private VaultFixture vault;
  private KeyValueSecrets ages;
  private String watch;

  @BeforeAll
  void start() throws Exception {
    vault = VaultFixture.start(EngineBinaries.ofThisProcess().openBao());
    vault.write("sys/mounts/old", Map.of("type", "kv", "options", Map.of("version", "1")));
    vault.write("old/fraud", Map.of("key", "value"));
    for (String path : List.of("shared/a", "shared/deep/b", "team/x/key", "team/y/other")) {
      vault.write("secret/data/" + path, VALUE);
    }
    vault.write("secret/data/shared/gone", VALUE);
    vault.write("secret/delete/shared/gone", Map.of("versions", List.of(1)));
    vault.staticSecrets(new StaticSecrets("secret", 2, List.of("fraud", "shared/*", "team/+/key")));
    vault.staticSecrets(new StaticSecrets("old", 1, List.of("*")));
    vault.onboard("fraud");
    watch = vault.token(GatePolicies.WATCH).reveal();
    ages = new VaultKeyValueSecrets(vault.settings, vault.watchIdentity(), Clock.systemUTC());
  }

  @AfterAll
  void stop() throws Exception {
    if (vault != null) {
      vault.close();
    }
  }

  @Test
  void tellsWhenTheCurrentVersionWasMade() {
    Instant before = Instant.now();
    vault.write("secret/data/fraud", VALUE);

    List<Secret> found = secrets("fraud");

    assertThat(found)
        .singleElement()
        .satisfies(
            secret -> {
              assertThat(secret.path()).isEqualTo("fraud");
              assertThat(secret.version()).isGreaterThan(1);
              assertThat(secret.readable()).isTrue();
              assertThat(secret.changedAt())
                  .isBetween(before.minus(Duration.ofSeconds(5)), Instant.now().plusSeconds(5));
            });
  }

  @ParameterizedTest
  @CsvSource({
    "shared/*, shared/a shared/deep/b shared/gone",
    "shared/d*, shared/deep/b",
    "shared/+, shared/a shared/gone",
    "team/+/key, team/x/key",
    "shared/none, ''",
    "shared/none/*, ''"
  })
  void expandsAPatternAsVaultMatchesIt(String pattern, String paths) {
    assertThat(secrets(pattern).stream().map(Secret::path))
        .containsExactly(paths.isEmpty() ? new String[0] : paths.split(" "));
  }

  @Test
  void aDeletedVersionIsNotReadable() {
    assertThat(secrets("shared/gone"))
        .singleElement()
        .extracting(Secret::readable)
        .isEqualTo(false);
  }

  @Test
  void tellsWhatIsMountedAndRefusesToGuess() {
    assertThat(ages.engine("secret")).contains(new Engine("kv", "2"));
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> ages.engine("transit"))
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(FailureType.VAULT_DENIED));
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> secrets("next-to-it"))
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(FailureType.VAULT_DENIED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret/data/fraud",
        "secret/data/shared/a",
        "secret/subkeys/fraud",
        "secret/metadata/next-to-it",
        "secret/metadata/team/x/other",
        "old/fraud",
        "old/metadata/fraud",
        "sys/mounts",
        "sys/mounts/old",
        "sys/mounts/secret/tune"
      })
  void theWatchIdentitySeesNothingElse(String path) {
    assertThat(vault.status("GET", path, watch, null)).isEqualTo(403);
    assertThat(vault.status("POST", path, watch, VALUE)).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret/metadata/fraud", "secret/metadata/shared/a", "sys/mounts/secret"})
  void whatItSeesItCannotChange(String path) {
    assertThat(vault.status("GET", path, watch, null)).isEqualTo(200);
    assertThat(vault.status("POST", path, watch, Map.of("max_versions", 1))).isEqualTo(403);
    assertThat(vault.status("DELETE", path, watch, null)).isEqualTo(403);
  }

  private List<Secret> secrets(String pattern) {
    return ages.secrets("secret", new PathPattern(pattern), Progress.unwatched());
  }
}
