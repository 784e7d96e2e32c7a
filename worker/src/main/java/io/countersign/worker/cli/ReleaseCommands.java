package io.countersign.worker.cli;

import picocli.CommandLine;

/** {@code countersign release …}. */
final class ReleaseCommands {
  private ReleaseCommands() {}

  static CommandLine line(Surroundings surroundings) {
    return Group.of("release", "Submit releases and look at them.")
        .addSubcommand(new ReleaseStartCommand(surroundings))
        .addSubcommand(new ReleaseAudienceCommand(surroundings))
        .addSubcommand(new ReleaseShowCommand(surroundings))
        .addSubcommand(new ReleaseReviewCommand(surroundings))
        .addSubcommand(new ReleaseListCommand(surroundings))
        .addSubcommand(new ReleaseWatchCommand(surroundings));
  }
}
