package io.countersign.worker.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry of the command line; a usage error ends with exit code 2. */
@Command(
    name = "countersign",
    description = "One release gate for AI systems.",
    mixinStandardHelpOptions = true,
    subcommands = {DemoCommand.class, ServeCommand.class, UpCommand.class},
    versionProvider = BuildVersion.class)
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
