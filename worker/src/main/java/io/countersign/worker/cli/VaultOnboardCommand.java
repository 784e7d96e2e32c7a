package io.countersign.worker.cli;

import io.countersign.activities.adapter.vault.OnboardingText;
import io.countersign.activities.adapter.vault.SystemOnboarding;
import io.countersign.grant.SystemRef;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign vault onboard}: what an administrator runs once per system. */
@Command(
    name = "onboard",
    description = "Print how a system is onboarded: a shell script, or Terraform.",
    mixinStandardHelpOptions = true)
final class VaultOnboardCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "SYSTEM", description = "The system, as in the gate file.")
  private String system;

  @Option(
      names = "--environment",
      paramLabel = "E",
      description = "Its environment; needed when the gate file has it in several.")
  private @Nullable String environment;

  @Option(
      names = "--gate",
      paramLabel = "FILE",
      description = "The gate file; else countersign.gate-file.")
  private @Nullable Path gate;

  @Option(names = "--terraform", description = "Print Terraform instead of a shell script.")
  private boolean terraform;

  VaultOnboardCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<SystemOnboarding> all = VaultCommands.systems(gate, surroundings);
    SystemOnboarding one = only(all);
    surroundings
        .out()
        .print(terraform ? OnboardingText.terraform(one, all) : OnboardingText.shell(one, all));
    surroundings.out().flush();
    return ExitCode.DONE.number();
  }

  private SystemOnboarding only(List<SystemOnboarding> all) {
    List<SystemOnboarding> found =
        all.stream()
            .filter(one -> one.system().system().equals(system))
            .filter(one -> environment == null || one.system().environment().equals(environment))
            .toList();
    if (found.size() != 1) {
      List<SystemRef> known = all.stream().map(SystemOnboarding::system).toList();
      throw new IllegalArgumentException(
          "SYSTEM: found "
              + found.size()
              + " of this name"
              + (found.size() > 1 ? ", --environment chooses; allowed are " : ", allowed are ")
              + known);
    }
    return found.get(0);
  }
}
