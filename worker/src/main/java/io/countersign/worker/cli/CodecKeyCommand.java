package io.countersign.worker.cli;

import io.countersign.worker.codec.PayloadKey;
import io.countersign.worker.config.PayloadSealing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign codec key}: the public key that payloads are sealed to. */
@Command(
    name = "key",
    description =
        "Print the public key that payloads are sealed to, from Vault: what"
            + " countersign.encryption.public-key names. It is no secret.",
    mixinStandardHelpOptions = true)
final class CodecKeyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Write it to a file.")
  private @Nullable Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Mixin private JsonOption json;

  CodecKeyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs. */
  record Answer(String name, int version, String publicKey) {}

  @Override
  public Integer call() {
    PayloadKey key = PayloadSealing.newestKey(surroundings.settings());
    Path file = out;
    if (file != null) {
      new WholeFile(file, force)
          .write(to -> to.write(key.text().getBytes(StandardCharsets.US_ASCII)));
    }
    Output output = json.to(surroundings);
    output.value(new Answer(key.name(), key.version(), key.text()));
    output.lines(
        file == null ? key.text() : key.name() + ":v" + key.version() + "\nto " + file + "\n");
    return ExitCode.DONE.number();
  }
}
