package io.countersign.bench;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.files.Locker;
import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.activities.port.Progress;
import io.countersign.grant.SystemRef;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Installation;
import io.countersign.worker.engine.ExampleDecisions;
import io.countersign.worker.engine.ExampleSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Many systems of the example's kind: its people, checks, subjects and tiers, each system with an
 * identity, an audience and slots of its own.
 */
final class Fleet {
  private static final String ENVIRONMENT = "production";
  private static final String MODEL_RELEASE = "2026.11.1";
  private static final String TRUST_DOMAIN = "spiffe://prod.example.com/";

  private final ExampleSystem example;
  private final Path directory;
  private final List<SystemRef> systems;
  private final String manifest;

  private Fleet(ExampleSystem example, List<SystemRef> systems, String manifest) {
    this.example = example;
    this.directory = example.directory();
    this.systems = systems;
    this.manifest = manifest;
  }

  /**
   * Bare workflows run their checks at once, and what is compared is the gate, not its checks:
   * these are measured by {@link Checking}.
   */
  private static final String[] NOT_COMPARED = {
    "mlops.model-format",
    "mlops.lineage",
    "mlops.deployment-readiness",
    "security.dependencies",
    "security.secret-rotation",
    "security.secrets-handling",
    "security.audit-logging",
    "risk.business-impact",
    "risk.combined-risk"
  };

  /**
   * Copies the example for so many systems, none of which is in the gate policy yet.
   *
   * @param directory empty or not there yet
   */
  static Fleet copy(Path directory, int size) throws IOException {
    ExampleSystem example = ExampleSystem.copy(Installation.example(), directory);
    example.leaveOut(NOT_COMPARED);
    permitEverySystem(directory.resolve("policy/1/fraud-scorer.cedar"));
    ExampleDecisions.of(example).inRules(example);
    List<SystemRef> systems = IntStream.rangeClosed(1, size).mapToObj(Fleet::system).toList();
    Path model = directory.resolve("releases").resolve(MODEL_RELEASE).resolve("release.yaml");
    return new Fleet(example, systems, locked(directory, model));
  }

  /** The systems share one runtime policy, which the example writes for one workload. */
  private static void permitEverySystem(Path policy) throws IOException {
    String text = Files.readString(policy);
    String one = "principal == Countersign::Workload::\"" + TRUST_DOMAIN + "fraud-scorer\"";
    if (!text.contains(one)) {
      throw new IllegalStateException(policy + " is not as it was");
    }
    Files.writeString(policy, text.replace(one, "principal"));
  }

  /** Writes the first so many systems into the gate policy and has the owners sign it. */
  void declare(int size) throws IOException {
    Path gate = directory.resolve("gate.yaml");
    Files.writeString(gate, policy(Files.readString(gate), systems.subList(0, size)));
    example.endorse();
  }

  Path directory() {
    return directory;
  }

  ExampleSystem example() {
    return example;
  }

  List<SystemRef> systems() {
    return systems;
  }

  /** The locked manifest of this version of a system; differs from the others in names alone. */
  ReleaseDocument manifest(SystemRef system, String version) {
    String text =
        manifest
            .replace("version: " + MODEL_RELEASE, "version: " + version)
            .replace(ExampleSystem.SYSTEM.system(), system.system());
    try {
      Path file =
          Files.createDirectories(
                  directory.resolve("releases").resolve(system.system()).resolve(version))
              .resolve("release.yaml");
      return GateAssembly.reader().release(Files.writeString(file, text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of the systems, counted from 1. */
  static SystemRef system(int number) {
    return new SystemRef(ENVIRONMENT, "scorer-%04d".formatted(number));
  }

  static String subject(SystemRef system) {
    return TRUST_DOMAIN + system.system();
  }

  static String audience(SystemRef system) {
    return "countersign/" + system;
  }

  private static String locked(Path root, Path file) throws IOException {
    DocumentReader reader = GateAssembly.reader();
    FileRootSource source =
        FileRootSource.of(reader.gate(root.resolve("gate.yaml")).policy().sources(), root);
    new Locker(reader, source).lock(file, Progress.unwatched());
    return Files.readString(file);
  }

  private static String policy(String text, List<SystemRef> systems) {
    int from = text.indexOf("systems:");
    int to = text.indexOf("acceptableUse:");
    StringBuilder all = new StringBuilder("systems:\n");
    for (SystemRef system : systems) {
      all.append(
          """
            - name: %s
              environment: %s
              issuer: prod-cluster
              subject: %s
              audience: %s
              policySets:
                - [fraud-read]
              tokenTtl: 1h
              validity: 30d
          """
              .formatted(system.system(), system.environment(), subject(system), audience(system)));
    }
    return text.substring(0, from) + all + "\n" + text.substring(to);
  }
}
