package io.countersign.worker.cli;

import picocli.CommandLine;

/** {@code countersign codec …}: sealed payloads in Temporal. */
final class CodecCommands {
  private CodecCommands() {}

  static CommandLine line(Surroundings surroundings) {
    return Group.of("codec", "Payloads in Temporal that only some may read.")
        .addSubcommand(new CodecKeyCommand(surroundings))
        .addSubcommand(new CodecPassCommand(surroundings));
  }
}
