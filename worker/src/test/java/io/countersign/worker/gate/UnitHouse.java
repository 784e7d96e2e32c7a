package io.countersign.worker.gate;

import io.countersign.activities.adapter.files.ConfiguredRules;
import io.countersign.activities.adapter.files.ConfiguredRules.Endorsement;
import io.countersign.activities.adapter.memory.UnsafeInMemoryCredentialBroker;
import io.countersign.activities.adapter.memory.UnsafeNoScanner;
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
import io.countersign.activities.release.ReleaseEnd;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activity.Submission;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.gate.ReleaseGate;
import io.countersign.gate.ReleaseGateImpl;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.grant.Slot;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Onboardings;
import io.countersign.worker.config.Parts;
import io.countersign.worker.config.PolicyApprovals;
import io.countersign.worker.config.TrustedSources;
import io.countersign.worker.demo.People;
import io.countersign.worker.demo.UnitDemo;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.Gateway.Message;
import io.countersign.worker.gateway.TemporalGateway;
import io.countersign.worker.gateway.UnitServer;
import io.temporal.api.testservice.v1.SleepRequest;
import io.temporal.internal.common.ProtobufTimeUtils;
import io.temporal.serviceclient.TestServiceStubs;
import io.temporal.serviceclient.TestServiceStubsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The whole gate in memory, with a record and a broker that a test can tamper with. */
final class UnitHouse implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final TamperedRecord record = new TamperedRecord();
  final HouseClock clock = new HouseClock();
  final UnsafeInMemoryCredentialBroker vault = new UnsafeInMemoryCredentialBroker(clock);
  final InterruptedBroker broker = new InterruptedBroker(vault);
  final RotatedKey key = new RotatedKey();
  final WatchedSources sources = new WatchedSources();

  /** What people outside were told. */
  final List<String> notices = new CopyOnWriteArrayList<>();

  final ExampleSystem example;
  final GateAssembly assembly;
  private final UnitServer server;
  private final TestServiceStubs time;
  private final Gateway doors;
  final People people;

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
    ExampleSystem example =
        ExampleSystem.copy(Gatehouse.exampleDirectory(), directory.resolve("example"));
    // Derived releases follow whatever a test left live.
    example.leaveOut("mlops.deployment-readiness");
    return example;
  }

  UnitHouse(ExampleSystem example, Endorsement endorsement) throws IOException {
    this(example, endorsement, Bearers.unknown());
  }

  private UnitHouse(ExampleSystem example, Endorsement endorsement, Bearers bearers)
      throws IOException {
    this.example = example;
    people = new People(example, clock);
    Path files = example.directory();
    example.systems().forEach(vault::onboard);
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
    policies();
    assembly =
        new GateAssembly(
            new Parts(
                record,
                broker,
                UnitDemo.lookouts(new UnsafeNoScanner("ghp_")),
                policy -> sources.over(TrustedSources.plain(files).under(policy)),
                new EnvelopeCheckSigner("unit", this::gateKey, new HurriedClock()),
                new GateEnvelopes(this::gateKey, new HurriedClock()),
                null,
                new ConfiguredRules(
                    files.resolve("gate.yaml"),
                    files.resolve("approvers.yaml"),
                    GateAssembly.reader(),
                    new ApproverKeys(),
                    endorsement),
                RunIdentity.unchecked("unit"),
                (release, kind, detail) -> notices.add(kind + " " + release + ": " + detail),
                files,
                clock),
            (what, bytes) -> {},
            bearers);
    server = UnitServer.start(ReleaseGate.TASK_QUEUE, ReleaseGateImpl.class, assembly.activities());
    doors = TemporalGateway.of(server.connection());
    time =
        TestServiceStubs.newServiceStubs(
            TestServiceStubsOptions.newBuilder()
                .setTarget(server.connection().address())
                .setRpcTimeout(PATIENCE)
                .validateAndBuildWithDefaults());
  }

  /** A house whose rule files two policy owners sign. */
  static UnitHouse endorsed(Path directory) throws IOException {
    ExampleSystem example = copy(directory);
    example.endorse();
    Path files = example.directory();
    return new UnitHouse(
        example,
        PolicyApprovals.endorsement(
            PolicyApprovals.by(files.resolve("policy-owners.yaml"), Clock.systemUTC()),
            files.resolve("approvers.yaml")));
  }

  /** Puts the policies of the example into Vault as they were. */
  void policies() {
    ExampleSystem.POLICIES.forEach(name -> vault.policy(name, example.vaultPolicy(name)));
  }

  /** Another version of the first release. */
  String version(String version) {
    example.derive("2026.11.1", version);
    return version;
  }

  private GateKey gateKey() {
    return new GateKey(key.newest(), key.publicKeys());
  }

  /** Where the house's Temporal is, for a worker of somebody else. */
  String temporal() {
    return server.connection().address();
  }

  /** Time goes by, for the gate and for everybody in the house. */
  void pass(Duration span) {
    clock.pass(span);
    time.blockingStub()
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .unlockTimeSkippingWithSleep(
            SleepRequest.newBuilder().setDuration(ProtobufTimeUtils.toProtoDuration(span)).build());
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
    // A probe that an earlier release left seen proves the identity at once.
    Gatehouse.await(
        () -> login("probe").isPresent() || record.identities().identityProof(id).isPresent(),
        proved -> proved);
    return id;
  }

  ReleaseId live(String version) {
    ReleaseId id = awaiting(version);
    approveAll(id);
    await(id, GateState.LIVE);
    return id;
  }

  /** Waits until the record has been told of this end; a gate that is closing answers nobody. */
  void ended(ReleaseId id, GateState state) {
    Gatehouse.await(
        () -> ReleaseEnd.of(record.entries().entries(id)), end -> state.name().equals(end));
  }

  /** Changes a rule file, and has its owners sign it where they sign. */
  void rules(String file, String from, String to) {
    try {
      Path rules = example.directory().resolve(file);
      String text = Files.readString(rules);
      if (!text.contains(from)) {
        throw new IllegalArgumentException(file + " does not say: " + from);
      }
      Files.writeString(rules, text.replace(from, to));
      if (Files.exists(example.directory().resolve("policy-owners.yaml"))) {
        example.endorse();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    send(id, Message.SIGN_OFF, waiver(id, person, function, check));
  }

  /** A waiver, signed and not sent. */
  String waiver(ReleaseId id, String person, GateFunction function, String check) {
    return waiver(id, person, function, check, Duration.ofDays(14));
  }

  /** A waiver for so long, signed and not sent. */
  String waiver(ReleaseId id, String person, GateFunction function, String check, Duration span) {
    GateView view = view(id);
    Instant now = clock.instant();
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
                StatementWriter.nonce(),
                WaiverTerms.until(now.plus(span), null)));
    SigningKey key = KeyFiles.readPrivate(example.keyOf(person), Keys.Passphrase::unavailable);
    return new String(DsseEnvelope.sign(statement, key).write(), StandardCharsets.UTF_8);
  }

  void reject(ReleaseId id, String person, GateFunction function) {
    doors.update(
        id,
        Message.SIGN_OFF,
        people.signOff(view(id), person, function, SignOffDecision.REJECT),
        PATIENCE);
  }

  /** Sends what somebody has signed, or did not. */
  void send(ReleaseId id, Message message, String envelope) {
    doors.update(id, message, envelope, PATIENCE);
  }

  /** Leaves it at the door. */
  void signal(ReleaseId id, Message message, String envelope) {
    doors.signal(id, message, envelope);
  }

  ReleaseId start(Submission submission) {
    doors.start(submission);
    return submission.release();
  }

  void order(ReleaseId id, String person, OrderKind kind) {
    doors.update(id, Message.ORDER, people.order(view(id), person, kind), PATIENCE);
  }

  void order(ReleaseId id, OrderKind kind) {
    doors.update(id, Message.ORDER, people.order(view(id), "otto@example.com", kind), PATIENCE);
  }

  /** The three voices that the strong tier wants. */
  void approveAll(ReleaseId id) {
    approve(id, "mara@example.com", GateFunction.MLOPS);
    approve(id, "sven@example.com", GateFunction.SECURITY);
    approve(id, "rita@example.com", GateFunction.RISK);
  }

  @Override
  public void close() {
    time.shutdownNow();
    doors.close();
    server.close();
  }
}
