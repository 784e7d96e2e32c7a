package io.countersign.worker.cli;

import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.worker.config.Settings;
import io.countersign.worker.gateway.Gateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** A directory, a fake gate and nobody at the terminal, to run commands from. */
final class Desk {
  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  final FakeGateway gateway = new FakeGateway();
  Function<Settings, Gateway> gateways = settings -> gateway;
  final Map<String, String> environment = new HashMap<>();
  final Path directory;
  boolean interactive;
  boolean confirms;
  Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

  Desk(Path directory) {
    this.directory = directory;
  }

  /** What a command said. */
  record Said(int exit, String out, String err) {}

  Said run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Surroundings surroundings =
        new Surroundings(
            environment,
            directory,
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            interactive,
            question -> confirms,
            "secret"::toCharArray,
            clock,
            gateways);
    int exit = Main.run(surroundings, args);
    return new Said(exit, out.toString(), err.toString());
  }

  /** A key that {@link #approvers} gives to a person. */
  Path key(String name) {
    Path file = directory.resolve(name + ".key");
    if (!Files.exists(file)) {
      KeyFiles.generate(KeyAlgorithm.ED25519, file, directory.resolve(name + ".key.pub"));
    }
    return file;
  }

  /** An approvers file of these people, each with their key. */
  Path approvers(String... names) {
    StringBuilder yaml =
        new StringBuilder("apiVersion: countersign.io/v1\nkind: Approvers\npeople:\n");
    for (String name : names) {
      yaml.append("  - id: ").append(name).append("@example.com\n");
      yaml.append("    functions: [mlops]\n    keys:\n      - publicKey: |\n");
      yaml.append(read(Path.of(key(name) + ".pub")).indent(10));
    }
    return write("approvers.yaml", yaml.toString());
  }

  Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
