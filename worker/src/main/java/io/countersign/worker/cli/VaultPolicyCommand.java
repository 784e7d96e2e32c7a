package io.countersign.worker.cli;

import io.countersign.activities.adapter.vault.GatePolicies;
import io.countersign.activities.adapter.vault.SystemOnboarding;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign vault policy}: the gate's own two policies. */
@Command(
    name = "policy",
    description = "Print the gate's own two Vault policies; HashiCorp Vault and OpenBao take both.",
    mixinStandardHelpOptions = true)
final class VaultPolicyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--gate",
      paramLabel = "FILE",
      description = "The gate file; else countersign.gate-file.")
  private @Nullable Path gate;

  @Mixin private JsonOption json;

  VaultPolicyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs. */
  record Answer(String name, String policy) {}

  @Override
  public Integer call() {
    List<SystemOnboarding> systems = VaultCommands.systems(gate, surroundings);
    String grant = GatePolicies.grant(systems);
    String watch = GatePolicies.watch(systems);
    Output output = json.to(surroundings);
    output.value(
        List.of(new Answer(GatePolicies.GRANT, grant), new Answer(GatePolicies.WATCH, watch)));
    output.lines("# " + GatePolicies.GRANT + "\n" + grant);
    output.lines("\n# " + GatePolicies.WATCH + "\n" + watch);
    return ExitCode.DONE.number();
  }
}
