package io.countersign.worker.demo;

import io.countersign.activities.port.SecretText;
import io.countersign.activities.tier.Reason;
import io.countersign.activities.tier.Tiers;
import io.countersign.activity.CheckVerdict;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GateFunction;
import io.countersign.release.Change;
import io.countersign.release.GateState;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.engine.Workload;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.Gateway.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the acts play on: the gate's doors, the example's people and its workload. */
final class Stage {
  /** What an accepted message answers. */
  static final String ACCEPTED = "accepted";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Gateway gateway;
  private final ExampleSystem example;
  private final People people;
  private final Function<SystemRef, Workload> workloads;

  /**
   * @param workloads the workload of each system
   */
  Stage(Gateway gateway, ExampleSystem example, Function<SystemRef, Workload> workloads) {
    this.gateway = gateway;
    this.example = example;
    this.people = new People(example);
    this.workloads = workloads;
  }

  ExampleSystem example() {
    return example;
  }

  People people() {
    return people;
  }

  Workload workload() {
    return workloads.apply(system());
  }

  SystemRef system() {
    return ExampleSystem.SYSTEM;
  }

  /**
   * @param version with the environment and a slash before it where that is not production
   */
  ReleaseId release(String version) {
    int slash = version.indexOf('/');
    return slash < 0
        ? system().release(version)
        : new SystemRef(version.substring(0, slash), system().system())
            .release(version.substring(slash + 1));
  }

  /** Why a first release is of its tier, as {@code countersign plan} says it. */
  String because(String version) {
    Manifest manifest = example.locked(version).manifest();
    SortedMap<String, String> policies = new TreeMap<>();
    manifest.access().policies().forEach(name -> policies.put(name, example.vaultPolicy(name)));
    return Tiers.choose(example.policy(), manifest, List.of(Change.FIRST_RELEASE), policies)
        .decisive()
        .stream()
        .map(Reason::because)
        .collect(Collectors.joining("; "));
  }

  /** Shows how a release differs from the one before, in the words that people sign. */
  void differences(Act act, String version) {
    List<String> differences = view(version).differences();
    if (differences != null) {
      differences.forEach(sentence -> act.say("difference: " + sentence));
    }
  }

  /** Sees whether every check that the tier asks for passes, and names them by function. */
  void checks(Act act, String version) {
    GateView view = passed(act, version);
    for (GateFunction function : GateFunction.values()) {
      act.say(
          function
              + ": "
              + of(view, function).stream()
                  .map(check -> check.check().substring(function.toString().length() + 1))
                  .collect(Collectors.joining(", ")));
    }
  }

  /** The same, with what each of them says. */
  void findings(Act act, String version) {
    GateView view = passed(act, version);
    for (GateFunction function : GateFunction.values()) {
      act.say(function + ":");
      of(view, function)
          .forEach(
              check ->
                  act.say("  " + check.check() + " " + check.outcome() + ": " + check.summary()));
    }
  }

  private GateView passed(Act act, String version) {
    GateView view = view(version);
    int asked =
        example.policy().tiers().stream()
            .filter(tier -> tier.name().equals(view.tier()))
            .mapToInt(tier -> tier.checks().size())
            .sum();
    long passed = view.checks().stream().filter(check -> check.outcome().equals("pass")).count();
    act.see("checks that pass", asked + " of " + asked, passed + " of " + view.checks().size());
    return view;
  }

  private static List<CheckVerdict> of(GateView view, GateFunction function) {
    return view.checks().stream()
        .filter(check -> check.check().startsWith(function + "."))
        .toList();
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
    return awaitLogin(system(), role);
  }

  boolean awaitLogin(SystemRef of, String role) {
    return await(() -> login(of, role).isPresent());
  }

  Optional<SecretText> login(String role) {
    return login(system(), role);
  }

  Optional<SecretText> login(SystemRef of, String role) {
    return workloads.apply(of).login(of, role);
  }

  int read(Optional<SecretText> token, String path) {
    return token.map(held -> workload().read(held, path)).orElse(0);
  }

  boolean alive(Optional<SecretText> token) {
    return token.map(workload()::alive).orElse(false);
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
