package io.countersign.worker.cli;

import io.countersign.gate.GateView;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.Gateway;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code countersign release show}: where a release stands. */
@Command(
    name = "show",
    description = "Show where a release stands.",
    mixinStandardHelpOptions = true)
final class ReleaseShowCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "ID", description = "<environment>/<system>/<version>")
  private ReleaseId release;

  @Mixin private JsonOption json;

  ReleaseShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    GateView view;
    try (Gateway gateway = surroundings.gateway()) {
      view = gateway.view(release);
    }
    Output output = json.to(surroundings);
    output.value(view);
    output.lines(ViewText.all(view));
    return ExitCode.DONE.number();
  }
}
