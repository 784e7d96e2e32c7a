package io.countersign.worker.demo;

import io.countersign.activities.adapter.files.ConfiguredRules;
import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.adapter.memory.UnsafeInMemoryCredentialBroker;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.EnvelopeCheckSigner;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.adapter.vault.SystemOnboarding;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.RunIdentity;
import io.countersign.gate.ReleaseGate;
import io.countersign.gate.ReleaseGateImpl;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Onboardings;
import io.countersign.worker.config.Parts;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.TemporalGateway;
import io.countersign.worker.gateway.UnitServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The first four acts without engines: Temporal's test server, and a record and a broker in memory.
 * It shows the gate's decisions; it proves nothing about Vault or PostgreSQL, and says so.
 */
public final class UnitDemo {
  private final Path example;
  private final Path out;

  public UnitDemo(Path example, Path out) {
    this.example = example;
    this.out = out;
  }

  /** Plays; answers whether everything was as expected. */
  public boolean play() {
    System.out.println(
        """
        ****************************************************************************
        UNIT TIER. No Temporal and no Vault or OpenBao were found on this machine, so
        everything below runs in memory: no credential is real, nothing is durable and
        nothing about Vault is proved. With Python 3, engines/install brings real ones.
        ****************************************************************************""");
    ExampleSystem system = ExampleSystem.copy(example, out.resolve("fraud-scorer"));
    system.shorten("cutoverGrace", "10m", "3s");
    system.shorten("drift", "5m", "3s");
    UnsafeInMemoryCredentialBroker broker = broker(system);
    GateAssembly assembly = new GateAssembly(parts(system, broker), (what, bytes) -> {});
    List<Act> acts = new ArrayList<>();
    try (UnitServer server =
            UnitServer.start(ReleaseGate.TASK_QUEUE, ReleaseGateImpl.class, assembly.activities());
        Gateway gateway = TemporalGateway.of(server.connection())) {
      Acts people = new Acts(new Stage(gateway, system, new UnitWorkload(broker, system)));
      for (Supplier<Act> act :
          List.<Supplier<Act>>of(people::first, people::second, people::third, people::fourth)) {
        acts.add(act.get());
      }
    }
    System.out.println(
        "\nAct (e), an intruder with Temporal access, needs real engines: not played.");
    boolean asExpected = acts.stream().allMatch(Act::asExpected);
    System.out.println(
        asExpected
            ? "UNIT TIER: the four acts were as expected, in memory."
            : "UNIT TIER: NOT everything was as expected.");
    return asExpected;
  }

  private static Parts parts(ExampleSystem system, UnsafeInMemoryCredentialBroker broker) {
    LocalKeySigner key = new LocalKeySigner();
    return new Parts(
        new UnsafeInMemoryReleaseRecord(),
        broker,
        new EnvelopeCheckSigner("unit", key, () -> List.of(key.publicKey())),
        new GateEnvelopes(() -> new GateKey(key, List.of(key.publicKey())), Clock.systemUTC()),
        null,
        new ConfiguredRules(
            system.directory().resolve("gate.yaml"),
            system.directory().resolve("approvers.yaml"),
            GateAssembly.reader(),
            new ApproverKeys(),
            ConfiguredRules.Endorsement.none()),
        RunIdentity.unchecked("unit"),
        (release, kind, detail) -> System.out.println("    notice: " + kind + " " + detail),
        system.directory(),
        Clock.systemUTC());
  }

  private static UnsafeInMemoryCredentialBroker broker(ExampleSystem system) {
    UnsafeInMemoryCredentialBroker broker = new UnsafeInMemoryCredentialBroker(Clock.systemUTC());
    broker.onboard(ExampleSystem.SYSTEM);
    SystemOnboarding onboarding =
        Onboardings.of(
                GateAssembly.reader().gate(system.directory().resolve("gate.yaml")).policy(),
                system.directory())
            .get(0);
    broker.accept(
        new SlotIdentity(
            onboarding.issuer(),
            onboarding.algorithms(),
            "keys",
            SlotIdentity.keys(onboarding.publicKeys()),
            false));
    try {
      for (String policy : List.of("fraud-read", "fraud-refund")) {
        broker.policy(
            policy, Files.readString(system.directory().resolve("vault").resolve(policy + ".hcl")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return broker;
  }
}
