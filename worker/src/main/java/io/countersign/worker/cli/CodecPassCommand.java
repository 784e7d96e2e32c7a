package io.countersign.worker.cli;

import io.countersign.activities.signoff.RequestPredicate;
import io.countersign.release.Span;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign codec pass}: a pass to read payloads, signed by whoever may read. */
@Command(
    name = "pass",
    description =
        "Sign a pass to read payloads at a worker's codec endpoint: for"
            + " countersign.codec.pass-file, for temporal --codec-auth 'Bearer PASS', and for a"
            + " browser at URL/codec. Whoever holds it may read until it ends.",
    mixinStandardHelpOptions = true)
final class CodecPassCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--ttl",
      paramLabel = "SPAN",
      defaultValue = "8h",
      description = "How long it is good, at most 12h (default: ${DEFAULT-VALUE}).")
  private Span ttl = Span.parse("8h");

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Write it to a file that its owner alone can read.")
  private @Nullable Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Mixin private RemoteOptions remote;

  CodecPassCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (ttl.duration().compareTo(RequestPredicate.PASS_LIFE) > 0) {
      throw new IllegalArgumentException("--ttl: found " + ttl + ", allowed is at most 12h");
    }
    String pass = remote.requester(surroundings).pass(remote.address(surroundings), ttl.duration());
    Path file = out;
    if (file == null) {
      surroundings.out().println(pass);
    } else {
      new WholeFile(file, force).write(to -> to.write(pass.getBytes(StandardCharsets.US_ASCII)));
    }
    return ExitCode.DONE.number();
  }
}
