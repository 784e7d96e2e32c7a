package io.countersign.worker.cli;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.cli.WholeFile.Written;
import io.countersign.worker.remote.RemoteRecord;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign evidence export}: a release's bundle, as the worker has it, in a file. */
@Command(
    name = "export",
    description = "Take the evidence bundle of a release from a worker. Nothing of it is verified.",
    mixinStandardHelpOptions = true)
final class EvidenceExportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "ID", description = "<environment>/<system>/<version>")
  private ReleaseId release;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "The bundle; there whole or not at all.")
  private Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Mixin private RemoteOptions remote;

  @Mixin private JsonOption json;

  EvidenceExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs. */
  record Answer(ReleaseId release, String file, long bytes, Digest digest) {}

  @Override
  public Integer call() {
    WholeFile file = new WholeFile(out, force);
    file.requireFree();
    RemoteRecord record = remote.open(surroundings);
    Written written = file.write(to -> record.copy("/v1/releases/" + release + "/evidence", to));
    Output output = json.to(surroundings);
    output.value(new Answer(release, out.toString(), written.bytes(), written.digest()));
    output.line(release + ": " + written.bytes() + " bytes, " + written.digest());
    output.line("to " + out);
    return ExitCode.DONE.number();
  }
}
