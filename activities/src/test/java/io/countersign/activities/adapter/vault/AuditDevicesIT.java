package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.port.AuditDevices.Device;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Audit devices of a real server, seen with the rights that are printed and no others. */
@TestInstance(Lifecycle.PER_CLASS)
class AuditDevicesIT {
  private static final Map<String, Object> DEVICE =
      Map.of("type", "file", "options", Map.of("file_path", "discard"));

  private VaultFixture vault;
  private String watch;

  @BeforeAll
  void start() throws Exception {
    vault = VaultFixture.start(EngineBinaries.ofThisProcess().openBao());
    vault.onboard("fraud");
    watch = vault.token(GatePolicies.WATCH).reveal();
  }

  @AfterAll
  void stop() throws Exception {
    if (vault != null) {
      vault.close();
    }
  }

  @Test
  void theServerOfThisTestWritesAnAuditLog() {
    assertThat(
            new VaultAuditDevices(vault.settings, vault.watchIdentity(), Clock.systemUTC())
                .devices())
        .containsExactly(new Device("local", "file", false, false, false));
  }

  @Test
  void theWatchIdentityListsAndDoesNoMore() {
    assertThat(vault.status("GET", "sys/audit", watch, null)).isEqualTo(200);
    assertThat(vault.status("PUT", "sys/audit", watch, DEVICE)).isEqualTo(403);
    assertThat(vault.status("PUT", "sys/audit/mine", watch, DEVICE)).isEqualTo(403);
    assertThat(vault.status("DELETE", "sys/audit/local", watch, null)).isEqualTo(403);
    assertThat(vault.status("GET", "sys/audit/local", watch, null)).isEqualTo(403);
    assertThat(vault.status("POST", "sys/audit-hash/local", watch, Map.of("input", "x")))
        .isEqualTo(403);
  }

  @Test
  void whoMayNotListIsDeniedAndNotToldThatThereAreNone() {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(
            () ->
                new VaultAuditDevices(vault.settings, vault.grantIdentity(), Clock.systemUTC())
                    .devices())
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(FailureType.VAULT_DENIED));
  }
}
