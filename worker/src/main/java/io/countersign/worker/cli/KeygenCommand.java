package io.countersign.worker.cli;

import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign keygen}: a key pair for a person. */
@Command(
    name = "keygen",
    description = "Make a key pair; an existing file is never overwritten.",
    mixinStandardHelpOptions = true)
final class KeygenCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The private key; the public one is FILE.pub.")
  private Path out;

  @Option(
      names = "--algorithm",
      paramLabel = "A",
      defaultValue = "ed25519",
      description = "ed25519 or p256 (default: ${DEFAULT-VALUE}).")
  private @Nullable String algorithm;

  @Mixin private JsonOption json;

  KeygenCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs. */
  record Answer(String privateKey, String publicKey, String keyId) {}

  @Override
  public Integer call() {
    Path publicFile = out.resolveSibling(out.getFileName() + ".pub");
    SigningKey key = KeyFiles.generate(algorithm(), out, publicFile);
    String keyId = key.verificationKey().keyId();
    Output output = json.to(surroundings);
    output.line("private key  " + out + " (yours alone; give it to nobody)");
    output.line("public key   " + publicFile + " (for approvers.yaml)");
    output.line("key id       " + keyId);
    output.value(new Answer(out.toString(), publicFile.toString(), keyId));
    return ExitCode.DONE.number();
  }

  private KeyAlgorithm algorithm() {
    return switch (String.valueOf(algorithm)) {
      case "ed25519" -> KeyAlgorithm.ED25519;
      case "p256" -> KeyAlgorithm.ECDSA_P256;
      default ->
          throw new IllegalArgumentException(
              "--algorithm: found '" + algorithm + "', allowed are ed25519 and p256");
    };
  }
}
