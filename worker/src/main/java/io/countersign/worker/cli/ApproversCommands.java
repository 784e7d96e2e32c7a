package io.countersign.worker.cli;

import picocli.CommandLine;

/** {@code countersign approvers …}. */
final class ApproversCommands {
  private ApproversCommands() {}

  static CommandLine line(Surroundings surroundings) {
    return Group.of("approvers", "Check the approvers file.")
        .addSubcommand(new RulesCheckCommand(surroundings, RulesFile.APPROVERS));
  }
}
