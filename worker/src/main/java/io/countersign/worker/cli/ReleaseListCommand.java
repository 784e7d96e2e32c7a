package io.countersign.worker.cli;

import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.ReleaseFilter;
import io.countersign.worker.gateway.ReleaseSummary;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign release list}. */
@Command(
    name = "list",
    description = "List releases, newest first.",
    mixinStandardHelpOptions = true)
final class ReleaseListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--environment", paramLabel = "E", description = "Only of this environment.")
  private @Nullable String environment;

  @Option(names = "--system", paramLabel = "S", description = "Only of this system.")
  private @Nullable String system;

  @Option(names = "--state", paramLabel = "STATE", description = "Only in this state.")
  private @Nullable GateState state;

  @Option(
      names = "--awaiting",
      paramLabel = "F",
      description = "Only those that wait for this function.")
  private @Nullable GateFunction awaiting;

  @Option(names = "--open", description = "Only those that have not ended.")
  private boolean open;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private JsonOption json;

  ReleaseListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ReleaseFilter filter = new ReleaseFilter(environment, system, state, awaiting, open, limit);
    List<ReleaseSummary> found;
    try (Gateway gateway = surroundings.gateway()) {
      found = gateway.list(filter);
    }
    Output output = json.to(surroundings);
    output.value(found);
    found.forEach(
        release ->
            output.line(
                "%-44s %-18s %-16s %s"
                    .formatted(
                        release.release(),
                        release.interrupted() ? "INTERRUPTED" : release.state(),
                        release.tier() == null ? "-" : release.tier(),
                        String.join(", ", release.awaiting()))));
    if (found.isEmpty()) {
      output.line("no releases");
    }
    return ExitCode.DONE.number();
  }
}
