package io.countersign.worker.cli;

import io.countersign.release.Digest;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code countersign policy check} and {@code countersign approvers check}. */
@Command(
    name = "check",
    description = "Say whether the file is valid, and its digest.",
    mixinStandardHelpOptions = true)
final class RulesCheckCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final RulesFile kind;

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file;

  @Mixin private JsonOption json;

  RulesCheckCommand(Surroundings surroundings, RulesFile kind) {
    this.surroundings = surroundings;
    this.kind = kind;
  }

  /** The answer for programs. */
  record Answer(String file, Digest digest) {}

  @Override
  public Integer call() {
    RulesFile.Valid valid = kind.read(file);
    Output output = json.to(surroundings);
    output.line(file + " is valid: " + valid.about());
    output.line("digest " + valid.digest());
    output.value(new Answer(file.toString(), valid.digest()));
    return ExitCode.DONE.number();
  }
}
