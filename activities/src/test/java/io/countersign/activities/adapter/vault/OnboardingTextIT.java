package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.release.Span;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * The printed script, run by a shell against a real server, leaves what the program would leave.
 */
@TestInstance(Lifecycle.PER_CLASS)
class OnboardingTextIT {
  private VaultFixture vault;

  @BeforeAll
  void start() throws Exception {
    vault = VaultFixture.start(EngineBinaries.ofThisProcess().openBao());
  }

  @AfterAll
  void stop() throws Exception {
    if (vault != null) {
      vault.close();
    }
  }

  @Test
  void theScriptOnboardsASystemAndMayBeRunAgain(@TempDir Path directory) throws Exception {
    SystemRef byProgram = vault.onboard("by-program");
    SystemOnboarding system = vault.onboarding("by-script");
    SystemRef byScript = system.system();
    String script = OnboardingText.shell(system, List.of(system, vault.onboarding("by-program")));

    run(directory, script);
    VaultCredentialBroker broker = vault.broker();
    IdentityBinding expected = broker.identity(byProgram);
    IdentityBinding found = broker.identity(byScript);
    assertThat(found.a()).isEqualTo(expected.a());
    assertThat(found.b()).isEqualTo(expected.b());
    broker.grant(spec(byScript, Slot.A, "1.0"));
    broker.grant(spec(byScript, Slot.B, "2.0"));
    String token = vault.login(byScript, Slot.A, "1.0");
    assertThat(vault.entityOf(token))
        .isEqualTo(vault.entityOf(vault.login(byScript, Slot.B, "2.0")));

    run(directory, script);
    assertThat(vault.works(token)).isTrue();
    broker.revoke(byScript.release("1.0"), Slot.A);
    assertThat(vault.works(token)).isFalse();
  }

  private void run(Path directory, String script) throws Exception {
    Path file = Files.writeString(directory.resolve("onboard.sh"), script);
    ProcessBuilder shell = new ProcessBuilder("sh", file.toString()).redirectErrorStream(true);
    Path cli = EngineBinaries.ofThisProcess().openBao().orElseThrow();
    shell
        .environment()
        .put("PATH", cli.toAbsolutePath().getParent() + File.pathSeparator + System.getenv("PATH"));
    // Either program reads its own pair.
    shell.environment().put("VAULT_ADDR", vault.server.address().toString());
    shell.environment().put("VAULT_TOKEN", vault.server.rootToken().reveal());
    shell.environment().put("BAO_ADDR", vault.server.address().toString());
    shell.environment().put("BAO_TOKEN", vault.server.rootToken().reveal());
    Process running = shell.start();
    String output =
        new String(
            running.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(running.waitFor()).as(output).isZero();
  }

  private static GrantSpec spec(SystemRef system, Slot slot, String version) {
    return new GrantSpec(
        system.release(version),
        slot,
        VaultFixture.SUBJECT,
        VaultFixture.AUDIENCE,
        List.of(VaultFixture.POLICY),
        Span.parse("15m"),
        Span.parse("1d"));
  }
}
