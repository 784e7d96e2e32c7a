package io.countersign.worker.cli;

import picocli.CommandLine;

/** {@code countersign policy …}. */
final class PolicyCommands {
  private PolicyCommands() {}

  static CommandLine line(Surroundings surroundings) {
    return Group.of("policy", "Check, sign and verify the gate's own files.")
        .addSubcommand(new RulesCheckCommand(surroundings, RulesFile.GATE))
        .addSubcommand(new PolicySignCommand(surroundings))
        .addSubcommand(new PolicyVerifyCommand(surroundings));
  }
}
