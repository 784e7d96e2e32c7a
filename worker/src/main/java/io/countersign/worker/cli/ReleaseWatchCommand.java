package io.countersign.worker.cli;

import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import io.countersign.worker.gateway.Gateway;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign release watch}: tells each turn of a release. */
@Command(
    name = "watch",
    description = "Follow a release until it has ended; exit as its end says.",
    mixinStandardHelpOptions = true)
final class ReleaseWatchCommand implements Callable<Integer> {
  private static final Duration LONG = Duration.ofDays(3650);

  private final Surroundings surroundings;

  @Parameters(paramLabel = "ID", description = "<environment>/<system>/<version>")
  private ReleaseId release;

  @Option(
      names = "--until",
      paramLabel = "STATE",
      defaultValue = "RETIRED",
      description = "Stop in this state too.")
  private GateState until = GateState.RETIRED;

  @Option(names = "--timeout", paramLabel = "SPAN", description = "Stop after this long; exit 5.")
  private @Nullable Span timeout;

  @Mixin private JsonOption json;

  ReleaseWatchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Output output = json.to(surroundings);
    try (Gateway gateway = surroundings.gateway()) {
      return new Waiting(gateway, surroundings.clock())
          .await(
              release,
              until,
              timeout == null ? LONG : timeout.duration(),
              now -> {
                output.line(Waiting.line(now));
                output.value(now);
              })
          .tell(surroundings.err());
    }
  }
}
