package io.countersign.worker.engine;

import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.signoff.KeyAlgorithm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A decision point for the example, with a key that is made here and is good for nothing else. */
public final class ExampleDecisions {
  private static final String SYSTEMS = "\nsystems:\n";

  private final Path key;

  private ExampleDecisions(Path key) {
    this.key = key;
  }

  /** Makes a key for the example's decision nodes. */
  public static ExampleDecisions of(ExampleSystem example) {
    Path key = example.directory().resolve("keys/decisions.key");
    if (!Files.exists(key)) {
      KeyFiles.generate(KeyAlgorithm.ED25519, key, publicKey(key));
    }
    return new ExampleDecisions(key);
  }

  private static Path publicKey(Path key) {
    return key.resolveSibling(key.getFileName() + ".pub");
  }

  /** Names the key in the gate policy. To be called before the rules are signed. */
  public ExampleDecisions inRules(ExampleSystem example) {
    Path gate = example.directory().resolve("gate.yaml");
    try {
      String named = "\ndecisionNodes:\n  - |\n" + Files.readString(publicKey(key)).indent(4);
      Files.writeString(gate, Files.readString(gate).replace(SYSTEMS, named + SYSTEMS));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Has whoever reads these settings decide, with what it notes beside them.
   *
   * @return where it will answer
   */
  public URI settings(Path file, String node) {
    try {
      String address = ExampleSystem.freeAddress();
      Path directory = Files.createDirectories(file.toAbsolutePath().resolveSibling(node));
      Files.write(
          file,
          List.of(
              "countersign.decisions.address=" + address,
              "countersign.decisions.node=" + node,
              // Nobody waits an hour for the evidence of an example.
              "countersign.decisions.interval=3s",
              "countersign.decisions.key-file=" + key.toAbsolutePath(),
              "countersign.decisions.directory=" + directory),
          StandardOpenOption.APPEND);
      return URI.create("http://" + address);
    } catch (IOException e) {
      throw new UncheckedIOException("the settings cannot be written to " + file, e);
    }
  }
}
