package io.countersign.worker.cli;

import picocli.CommandLine;

/** {@code countersign evidence …}. */
final class EvidenceCommands {
  private EvidenceCommands() {}

  static CommandLine line(Surroundings surroundings) {
    return Group.of("evidence", "Take a release's evidence out of the gate, verify and show it.")
        .addSubcommand(new EvidenceExportCommand(surroundings))
        .addSubcommand(new EvidenceTrustCommand(surroundings))
        .addSubcommand(new EvidenceVerifyCommand(surroundings))
        .addSubcommand(new EvidenceAuditCommand(surroundings))
        .addSubcommand(new EvidenceReportCommand(surroundings));
  }
}
