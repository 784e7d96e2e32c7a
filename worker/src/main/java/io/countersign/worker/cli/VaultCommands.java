package io.countersign.worker.cli;

import io.countersign.activities.adapter.vault.SystemOnboarding;
import io.countersign.worker.config.Onboardings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code countersign vault …}: texts for a Vault administrator; nothing is sent to Vault. */
final class VaultCommands {
  private VaultCommands() {}

  static CommandLine line(Surroundings surroundings) {
    return Group.of("vault", "Print what a Vault administrator sets up.")
        .addSubcommand(new VaultPolicyCommand(surroundings))
        .addSubcommand(new VaultOnboardCommand(surroundings));
  }

  static List<SystemOnboarding> systems(@Nullable Path gate, Surroundings surroundings) {
    Path file = gate == null ? surroundings.settings().gateFile() : gate;
    return Onboardings.of(Surroundings.reader().gate(file).policy(), LockCommand.folder(file));
  }
}
