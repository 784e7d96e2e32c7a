package io.countersign.worker.demo;

import io.countersign.activities.adapter.files.ConfiguredRules;
import io.countersign.activities.adapter.kingfisher.KingfisherScanner;
import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.adapter.memory.UnsafeInMemoryCredentialBroker;
import io.countersign.activities.adapter.memory.UnsafeInMemoryKeyValue;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.EnvelopeCheckSigner;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.adapter.vault.SystemOnboarding;
import io.countersign.activities.port.AuditDevices.Device;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.Lookouts;
import io.countersign.activities.port.Reachability.Reach;
import io.countersign.activities.port.RunIdentity;
import io.countersign.activities.port.SecretScanner;
import io.countersign.gate.ReleaseGate;
import io.countersign.gate.ReleaseGateImpl;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Onboardings;
import io.countersign.worker.config.Parts;
import io.countersign.worker.config.TrustedSources;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.TemporalGateway;
import io.countersign.worker.gateway.UnitServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The first five acts without engines: Temporal's test server, and a record and a broker in memory.
 * It shows the gate's decisions; it proves nothing about Vault or PostgreSQL, and says so.
 */
public final class UnitDemo {
  private final Path example;
  private final Path out;
  private final Optional<Path> scanner;

  /**
   * @param example the example's directory
   * @param out where files are left; must be empty or not there
   * @param scanner the program that looks for secrets; without it nothing does, which is said
   */
  public UnitDemo(Path example, Path out, Optional<Path> scanner) {
    this.example = example;
    this.out = out;
    this.scanner = scanner;
  }

  /** Plays; answers whether everything was as expected. */
  public boolean play() {
    System.out.println(
        """
        ****************************************************************************
        UNIT TIER. No Temporal and no Vault or OpenBao were found on this machine, so
        everything below runs in memory: no credential is real, nothing is durable and
        nothing about Vault is proved: the ages of secrets, audit devices and the log sink
        are made up. With Python 3, engines/install brings real ones.
        ****************************************************************************""");
    ExampleSystem system = copy();
    UnsafeInMemoryCredentialBroker broker = broker(system);
    GateAssembly assembly = new GateAssembly(parts(system, broker), (what, bytes) -> {});
    List<Act> acts = new ArrayList<>();
    try (UnitServer server =
            UnitServer.start(ReleaseGate.TASK_QUEUE, ReleaseGateImpl.class, assembly.activities());
        Gateway gateway = TemporalGateway.of(server.connection())) {
      UnitWorkload workload = new UnitWorkload(broker, system);
      Stage stage = new Stage(gateway, system, of -> workload);
      Acts people = new Acts(stage);
      for (Supplier<Act> act :
          List.<Supplier<Act>>of(
              new TiersAct(stage)::play,
              people::first,
              people::second,
              people::third,
              people::fourth)) {
        acts.add(act.get());
      }
    }
    System.out.println(
        """

        Not played, because they need real engines: act (f), an intruder with Temporal access;
        act (g), an auditor with the evidence; act (h), an agent that asks before each call and
        is stopped in mid-run. Nothing here decides at request time.""");
    boolean asExpected = acts.stream().allMatch(Act::asExpected);
    System.out.println(
        asExpected
            ? "UNIT TIER: the five acts were as expected, in memory."
            : "UNIT TIER: NOT everything was as expected.");
    return asExpected;
  }

  /** The example under rules that this machine can hold. */
  ExampleSystem copy() {
    ExampleSystem system = ExampleSystem.copy(example, out.resolve("fraud-scorer"));
    system.shorten("cutoverGrace", "10m", "3s");
    system.shorten("drift", "5m", "3s");
    if (scanner.isEmpty()) {
      system.leaveOut("security.secrets-handling");
      System.out.println(
          """
          NO SECRET SCANNER. security.secrets-handling is taken out of this copy's rules: nothing
          looks for secrets, and no result says that anything did. Where rules ask for the check and
          there is no scanner, a release ends as FAILED.
          ****************************************************************************""");
    }
    return system;
  }

  private Parts parts(ExampleSystem system, UnsafeInMemoryCredentialBroker broker) {
    LocalKeySigner key = new LocalKeySigner();
    return new Parts(
        new UnsafeInMemoryReleaseRecord(),
        broker,
        lookouts(new KingfisherScanner(scanner, out.resolve("scanner"))),
        TrustedSources.plain(system.directory()),
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

  /**
   * What the example's checks look at, as a platform team would have it; nothing but the scanner is
   * asked.
   */
  public static Lookouts lookouts(SecretScanner scanner) {
    UnsafeInMemoryKeyValue keyValue = new UnsafeInMemoryKeyValue();
    for (String secret : ExampleSystem.SECRETS) {
      keyValue.secret("kv", "fraud/" + secret, Instant.now());
    }
    return new Lookouts(
        keyValue,
        scanner,
        () -> List.of(new Device("unit", "file", false, false, false)),
        sink -> Reach.REACHED);
  }

  private static UnsafeInMemoryCredentialBroker broker(ExampleSystem system) {
    UnsafeInMemoryCredentialBroker broker = new UnsafeInMemoryCredentialBroker(Clock.systemUTC());
    system.systems().forEach(broker::onboard);
    SystemOnboarding onboarding = Onboardings.of(system.policy(), system.directory()).get(0);
    broker.accept(
        new SlotIdentity(
            onboarding.issuer(),
            onboarding.algorithms(),
            "keys",
            SlotIdentity.keys(onboarding.publicKeys()),
            false));
    ExampleSystem.POLICIES.forEach(name -> broker.policy(name, system.vaultPolicy(name)));
    return broker;
  }
}
