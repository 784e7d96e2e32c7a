package io.countersign.worker.gate;

import io.countersign.activities.adapter.files.ConfiguredRules;
import io.countersign.activities.adapter.files.ConfiguredRules.Endorsement;
import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.adapter.memory.UnsafeInMemoryCredentialBroker;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.EnvelopeCheckSigner;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.port.Bearers;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.RunIdentity;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.gate.ReleaseGate;
import io.countersign.gate.ReleaseGateImpl;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.grant.Slot;
import io.countersign.policy.GateFunction;
import io.countersign.policy.Trust;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Onboardings;
import io.countersign.worker.config.Parts;
import io.countersign.worker.demo.People;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.Gateway.Message;
import io.countersign.worker.gateway.TemporalGateway;
import io.countersign.worker.gateway.UnitServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The whole gate in memory, with a record and a broker that a test can tamper with. */
final class UnitHouse implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final TamperedRecord record = new TamperedRecord();
  final UnsafeInMemoryCredentialBroker vault =
      new UnsafeInMemoryCredentialBroker(Clock.systemUTC());
  final InterruptedBroker broker = new InterruptedBroker(vault);

  /** Every version of the gate's key, the newest last. */
  final List<LocalKeySigner> keys = new CopyOnWriteArrayList<>(List.of(new LocalKeySigner()));

  private volatile Duration ahead = Duration.ZERO;
  final ExampleSystem example;
  final GateAssembly assembly;
  private final UnitServer server;
  private final Gateway doors;
  private final People people;

  /** A house whose transport authenticates callers. */
  static UnitHouse with(Path directory, Bearers bearers) throws IOException {
    return new UnitHouse(copy(directory), Endorsement.none(), bearers);
  }

  /** Everything comes from one caller: the start, and all that follows. */
  static Bearers brought(String start, String messages) {
    return new Bearers() {
      @Override
      public Optional<String> message(String envelope) {
        return Optional.of(messages);
      }

      @Override
      public Optional<String> submission(String envelope) {
        return Optional.of(start);
      }
    };
  }

  /** A house in its development profile. */
  UnitHouse(Path directory) throws IOException {
    this(copy(directory), Endorsement.none());
  }

  /** The example in a directory of a test. */
  static ExampleSystem copy(Path directory) {
    return ExampleSystem.copy(Gatehouse.exampleDirectory(), directory.resolve("example"));
  }

  UnitHouse(ExampleSystem example, Endorsement endorsement) throws IOException {
    this(example, endorsement, Bearers.unknown());
  }

  private UnitHouse(ExampleSystem example, Endorsement endorsement, Bearers bearers)
      throws IOException {
    this.example = example;
    people = new People(example);
    Path files = example.directory();
    vault.onboard(ExampleSystem.SYSTEM);
    var onboarding =
        Onboardings.of(GateAssembly.reader().gate(files.resolve("gate.yaml")).policy(), files)
            .get(0);
    vault.accept(
        new SlotIdentity(
            onboarding.issuer(),
            onboarding.algorithms(),
            "keys",
            SlotIdentity.keys(onboarding.publicKeys()),
            false));
    for (String policy : List.of("fraud-read", "fraud-refund")) {
      vault.policy(policy, Files.readString(files.resolve("vault").resolve(policy + ".hcl")));
    }
    assembly =
        new GateAssembly(
            new Parts(
                record,
                broker,
                new EnvelopeCheckSigner("unit", this::key, rereading()),
                new GateEnvelopes(this::key, rereading()),
                null,
                new ConfiguredRules(
                    files.resolve("gate.yaml"),
                    files.resolve("approvers.yaml"),
                    GateAssembly.reader(),
                    new ApproverKeys(),
                    endorsement),
                RunIdentity.unchecked("unit"),
                (release, kind, detail) -> {},
                files,
                Clock.systemUTC()),
            (what, bytes) -> {},
            bearers);
    server = UnitServer.start(ReleaseGate.TASK_QUEUE, ReleaseGateImpl.class, assembly.activities());
    doors = TemporalGateway.of(server.connection());
  }

  private GateKey key() {
    return new GateKey(
        keys.get(keys.size() - 1), keys.stream().map(LocalKeySigner::publicKey).toList());
  }

  /** By it the gate decides how long it believes that it knows its newest key. */
  private Clock rereading() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return Instant.now().plus(ahead);
      }
    };
  }

  /** Rotates the gate's key, and lets the time pass until the gate reads it again. */
  void rotate() {
    keys.add(new LocalKeySigner());
    ahead = ahead.plus(Duration.ofHours(1));
  }

  /** Whom an auditor of this house believes. */
  Trust trust() {
    return new Trust(
        List.of(),
        true,
        keys.stream()
            .map(
                key ->
                    new Trust.GateKey(
                        key.keyId(),
                        "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getEncoder().encodeToString(key.publicKey().getEncoded())
                            + "\n-----END PUBLIC KEY-----\n"))
            .toList(),
        List.of());
  }

  static ReleaseId release(String version) {
    return ExampleSystem.SYSTEM.release(version);
  }

  ReleaseId start(String version) {
    doors.start(people.submission(example.locked(version), "pia@example.com"));
    return release(version);
  }

  /** A release whose checks are done, with the workload's identity proved. */
  ReleaseId awaiting(String version) {
    ReleaseId id = start(version);
    await(id, GateState.AWAITING_SIGN_OFF);
    Gatehouse.await(() -> login("probe"), Optional::isPresent);
    return id;
  }

  Optional<String> login(String role) {
    for (Slot slot : Slot.values()) {
      try {
        return Optional.of(
            vault.login(ExampleSystem.SYSTEM, slot, role, example.subject(), example.audience()));
      } catch (GateException refused) {
        continue;
      }
    }
    return Optional.empty();
  }

  GateView view(ReleaseId id) {
    return doors.view(id);
  }

  GateView await(ReleaseId id, GateState state) {
    return Gatehouse.await(() -> view(id), view -> view.state() == state);
  }

  void approve(ReleaseId id, String person, GateFunction function) {
    doors.update(
        id,
        Message.SIGN_OFF,
        people.signOff(view(id), person, function, SignOffDecision.APPROVE),
        PATIENCE);
  }

  /** Says anything for a function. */
  void say(ReleaseId id, String person, GateFunction function, SignOffDecision decision) {
    doors.update(
        id, Message.SIGN_OFF, people.signOff(view(id), person, function, decision), PATIENCE);
  }

  /** Takes a failed check upon oneself. */
  void waive(ReleaseId id, String person, GateFunction function, String check) {
    GateView view = view(id);
    Instant now = Instant.now();
    byte[] statement =
        StatementWriter.signOff(
            new SignOffPredicate(
                function,
                SignOffDecision.WAIVE,
                check,
                "Known, and looked at.",
                person,
                id,
                view.releaseDigest(),
                Objects.requireNonNull(view.reviewDigest()),
                now,
                now.plus(Duration.ofDays(1)),
                StatementWriter.nonce()));
    SigningKey key = KeyFiles.readPrivate(example.keyOf(person), Keys.Passphrase::unavailable);
    String envelope = new String(DsseEnvelope.sign(statement, key).write(), StandardCharsets.UTF_8);
    doors.update(id, Message.SIGN_OFF, envelope, PATIENCE);
  }

  void reject(ReleaseId id, String person, GateFunction function) {
    doors.update(
        id,
        Message.SIGN_OFF,
        people.signOff(view(id), person, function, SignOffDecision.REJECT),
        PATIENCE);
  }

  void order(ReleaseId id, String person, OrderKind kind) {
    doors.update(id, Message.ORDER, people.order(view(id), person, kind), PATIENCE);
  }

  void order(ReleaseId id, OrderKind kind) {
    doors.update(id, Message.ORDER, people.order(view(id), "otto@example.com", kind), PATIENCE);
  }

  /** The three voices that the customer-facing tier wants. */
  void approveAll(ReleaseId id) {
    approve(id, "mara@example.com", GateFunction.MLOPS);
    approve(id, "sven@example.com", GateFunction.SECURITY);
    approve(id, "rita@example.com", GateFunction.RISK);
  }

  @Override
  public void close() {
    doors.close();
    server.close();
  }
}
