package io.countersign.worker.cli;

import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.activities.signoff.SubmissionAudience;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code countersign release audience}: what a CI token must be made for. */
@Command(
    name = "audience",
    description = "Print the audience that a CI identity token must have to submit this release.",
    mixinStandardHelpOptions = true)
final class ReleaseAudienceCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The locked release manifest.")
  private Path file;

  ReleaseAudienceCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ReleaseDocument document = LockedRelease.read(file);
    surroundings
        .out()
        .println(SubmissionAudience.of(document.manifest().id(), LockedRelease.digest(document)));
    return ExitCode.DONE.number();
  }
}
