package io.countersign.worker.demo;

import io.countersign.activities.port.SecretText;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.engine.Workload;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.Gateway.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the acts play on: the gate's doors, the example's people and its workload. */
final class Stage {
  /** What an accepted message answers. */
  static final String ACCEPTED = "accepted";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Gateway gateway;
  private final ExampleSystem example;
  private final People people;
  private final Workload workload;

  Stage(Gateway gateway, ExampleSystem example, Workload workload) {
    this.gateway = gateway;
    this.example = example;
    this.people = new People(example);
    this.workload = workload;
  }

  ExampleSystem example() {
    return example;
  }

  People people() {
    return people;
  }

  Workload workload() {
    return workload;
  }

  SystemRef system() {
    return ExampleSystem.SYSTEM;
  }

  ReleaseId release(String version) {
    return system().release(version);
  }

  /** Locks the manifest and starts the release in the platform engineer's name. */
  String start(String version) {
    return outcome(
        () -> {
          gateway.start(people.submission(example.locked(version), "pia@example.com"));
          return ACCEPTED;
        });
  }

  String signOff(String version, String person, GateFunction function) {
    return signOff(version, person, function, SignOffDecision.APPROVE);
  }

  String signOff(String version, String person, GateFunction function, SignOffDecision decision) {
    return send(
        version, Message.SIGN_OFF, people.signOff(view(version), person, function, decision));
  }

  String order(String version, String person, OrderKind kind) {
    return send(version, Message.ORDER, people.order(view(version), person, kind));
  }

  /** Hands in an envelope and answers {@link #ACCEPTED} or the refusal's name. */
  String send(String version, Message message, String envelope) {
    return outcome(
        () -> {
          gateway.update(release(version), message, envelope, PATIENCE);
          return ACCEPTED;
        });
  }

  GateView view(String version) {
    return gateway.view(release(version));
  }

  /** Waits until the release is in this state or has ended, and answers the view then. */
  GateView await(String version, GateState wanted) {
    GateView[] seen = {view(version)};
    await(
        () -> {
          seen[0] = view(version);
          return seen[0].state() == wanted || seen[0].state().ended();
        });
    return seen[0];
  }

  /** Lets the workload try to log in with this role until it is let in. */
  boolean awaitLogin(String role) {
    return await(() -> login(role).isPresent());
  }

  Optional<SecretText> login(String role) {
    return workload.login(system(), role);
  }

  int read(Optional<SecretText> token, String path) {
    return token.map(held -> workload.read(held, path)).orElse(0);
  }

  boolean alive(Optional<SecretText> token) {
    return token.map(workload::alive).orElse(false);
  }

  /** Waits for a condition, for at most two minutes; answers whether it came. */
  static boolean await(BooleanSupplier condition) {
    return await(condition, PATIENCE);
  }

  static boolean await(BooleanSupplier condition, Duration patience) {
    Instant limit = Instant.now().plus(patience);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(limit)) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private static String outcome(Supplier<String> step) {
    try {
      return step.get();
    } catch (GateException refused) {
      return refused.type().name();
    }
  }
}
