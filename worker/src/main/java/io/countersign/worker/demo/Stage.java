package io.countersign.worker.demo;

import io.countersign.activities.port.SecretText;
import io.countersign.grant.SystemRef;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.engine.DemoWorkload;
import io.countersign.worker.engine.ExampleSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What the acts play on: the command line, the example's files and people, and its workload. */
final class Stage {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Console console;
  private final ExampleSystem example;
  private final DemoWorkload workload;

  Stage(Console console, ExampleSystem example, DemoWorkload workload) {
    this.console = console;
    this.example = example;
    this.workload = workload;
  }

  ExampleSystem example() {
    return example;
  }

  DemoWorkload workload() {
    return workload;
  }

  SystemRef system() {
    return ExampleSystem.SYSTEM;
  }

  ReleaseId release(String version) {
    return system().release(version);
  }

  Console.Answer run(String... arguments) {
    return console.run(arguments);
  }

  Path manifest(String version) {
    return example.directory().resolve("releases").resolve(version).resolve("release.yaml");
  }

  /** Locks the manifest and starts the release in the platform engineer's name. */
  Console.Answer start(String version) {
    Console.Answer locked = run("lock", manifest(version).toString());
    if (locked.exit() != 0) {
      return locked;
    }
    return run(
        "release",
        "start",
        manifest(version).toString(),
        "--as",
        "pia@example.com",
        "--key",
        example.keyOf("pia@example.com").toString());
  }

  /** Signs off in a person's name and waits for the receipt. */
  Console.Answer signOff(String version, String person, String function, String... decision) {
    String[] command = {
      "sign-off",
      release(version).toString(),
      "--function",
      function,
      decision.length == 0 ? "--approve" : decision[0],
      "--reason",
      decision.length < 2 ? "Reviewed." : decision[1],
      "--as",
      person,
      "--key",
      example.keyOf(person).toString(),
      "--wait"
    };
    return run(command);
  }

  /** The state that the gate tells. */
  String state(String version) {
    return run("release", "show", release(version).toString()).json().path("state").asText();
  }

  /** A field of the gate's view. */
  String field(String version, String name) {
    return run("release", "show", release(version).toString()).json().path(name).asText();
  }

  /** Waits until the release is in this state, and answers the state that it is in then. */
  String await(String version, GateState wanted) {
    String[] seen = {""};
    await(
        () -> {
          seen[0] = state(version);
          return seen[0].equals(wanted.name())
              || (!seen[0].isEmpty() && GateState.valueOf(seen[0]).ended());
        });
    return seen[0];
  }

  /** Lets the workload try to log in with this role until Vault accepts it. */
  Optional<SecretText> awaitLogin(String role) {
    Optional<?>[] token = {Optional.empty()};
    await(
        () -> {
          token[0] = workload.login(system(), role);
          return token[0].isPresent();
        });
    return token[0].map(SecretText.class::cast);
  }

  /** Waits for a condition, for at most two minutes. */
  static void await(BooleanSupplier condition) {
    Instant limit = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean() && Instant.now().isBefore(limit)) {
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
