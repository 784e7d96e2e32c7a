package io.countersign.worker.config;

import com.google.protobuf.ByteString;
import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresMigrations;
import io.countersign.activities.adapter.vault.LentSecrets;
import io.countersign.activities.adapter.vault.VaultCredentialBroker;
import io.countersign.activities.adapter.vault.VaultTransitSigner;
import io.countersign.activities.check.logging.AuditLogging;
import io.countersign.activities.check.rotation.SecretRotation;
import io.countersign.activities.check.secrets.SecretsHandling;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.Lookouts;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.Readiness;
import io.countersign.activities.port.SecretScanner;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.policy.StaticSecrets;
import io.countersign.release.Digest;
import io.countersign.worker.gateway.NamespaceIdentity;
import io.countersign.worker.gateway.SearchAttributes;
import io.countersign.worker.gateway.TaskQueues;
import io.countersign.worker.gateway.TemporalStubs;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks every dependency of a worker whether it is ready. Looks only; writes nothing anywhere. */
public final class Doctor {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final byte[] TRIAL = "countersign doctor".getBytes(StandardCharsets.UTF_8);

  private final Settings settings;
  private final List<Readiness> found = new ArrayList<>();

  public Doctor(Settings settings) {
    this.settings = settings;
  }

  /** One line for each need, in the order in which a worker meets them. */
  public List<Readiness> look() {
    Optional<Rules> rules = Optional.ofNullable(rules());
    ask("Temporal answers and has the namespace", this::temporal);
    ask("Temporal has the gate's search attributes", this::searchAttributes);
    postgres();
    ask("Vault takes the gate's signing key", this::signing);
    ask("payloads are sealed, where a key is set", this::sealing);
    ask("seals and sign-offs are time-stamped, where an authority is set", this::timeStamps);
    rules.ifPresent(
        known ->
            known.policy().systems().forEach(system -> ask(slots(system), () -> slot(system))));
    rules.ifPresent(known -> lookouts(known.policy()));
    rules.ifPresent(
        known ->
            externalQueues(known.policy())
                .forEach((queue, checks) -> ask(readers(queue, checks), () -> readers(queue))));
    return List.copyOf(found);
  }

  /** The checks of all tiers that somebody else's worker answers, by task queue. */
  private static SortedMap<String, SortedSet<String>> externalQueues(GatePolicy policy) {
    SortedMap<String, SortedSet<String>> queues = new TreeMap<>();
    policy.tiers().stream()
        .flatMap(tier -> tier.checks().stream())
        .filter(rule -> rule.worker() != null)
        .forEach(
            rule ->
                queues
                    .computeIfAbsent(rule.worker().taskQueue(), queue -> new TreeSet<>())
                    .add(rule.check()));
    return queues;
  }

  private static String readers(String queue, SortedSet<String> checks) {
    return "a worker answers " + String.join(", ", checks) + " from task queue " + queue;
  }

  private String readers(String queue) {
    WorkflowServiceStubs stubs = TemporalStubs.open(settings.temporal(), PATIENCE);
    try {
      int readers = new TaskQueues(stubs, settings.temporal().namespace()).readers(queue);
      if (readers == 0) {
        throw new GateException(
            FailureType.CHECK_BROKEN, "nobody reads it: releases with this check would fail");
      }
      return "read lately by " + readers;
    } finally {
      stubs.shutdownNow();
    }
  }

  private @Nullable Rules rules() {
    Rules[] read = new Rules[1];
    ask(
        "gate and approvers file are valid"
            + (settings.development() ? " (unsigned: development)" : " and signed by their owners"),
        () -> {
          read[0] = SettledParts.rules(settings, settings.gateFile().toAbsolutePath()).now();
          return read[0].policy().systems().size()
              + " systems, "
              + read[0].approvers().people().size()
              + " people";
        });
    return read[0];
  }

  private String temporal() {
    WorkflowServiceStubs stubs = TemporalStubs.open(settings.temporal(), PATIENCE);
    try {
      return "namespace id "
          + new NamespaceIdentity(stubs, settings.temporal().namespace()).namespaceId();
    } finally {
      stubs.shutdownNow();
    }
  }

  private String searchAttributes() {
    List<String> missing = new SearchAttributes(settings.temporal()).missing();
    if (!missing.isEmpty()) {
      throw new GateException(
          FailureType.TEMPORAL_UNAVAILABLE,
          "not registered: " + String.join(", ", missing) + "; 'serve' registers them");
    }
    return "registered";
  }

  private void postgres() {
    try (PostgresDatabase database = new PostgresDatabase(settings.postgres())) {
      found.addAll(new PostgresMigrations(database).readiness());
    } catch (GateException | IllegalArgumentException e) {
      found.add(new Readiness("PostgreSQL answers", false, String.valueOf(e.getMessage())));
    }
  }

  private String signing() {
    VaultTransitSigner signer =
        new VaultTransitSigner(
            settings.vault(), settings.vaultGrant(), settings.vaultWatch(), Clock.systemUTC());
    signer.sign(TRIAL);
    return signer.keyId();
  }

  private String sealing() {
    Optional<PayloadCodec> codec = PayloadSealing.ofWorker(settings);
    if (codec.isEmpty()) {
      return "none is set: payloads travel in the clear (countersign.encryption.public-key)";
    }
    // Sealed by one and opened by another, so that Vault is asked.
    PayloadCodec other = PayloadSealing.ofWorker(settings).orElseThrow();
    Payload trial = Payload.newBuilder().setData(ByteString.copyFrom(TRIAL)).build();
    if (!other.decode(codec.get().encode(List.of(trial))).equals(List.of(trial))) {
      throw new GateException(
          FailureType.NOT_ONBOARDED,
          "Vault does not open what is sealed to countersign.encryption.public-key");
    }
    return settings.payloadKey().orElseThrow().name()
        + ":v"
        + settings.payloadKey().orElseThrow().version()
        + (settings.acceptPlaintext() ? "; plaintext is still accepted" : "");
  }

  private String timeStamps() {
    return settings
        .timeStamps()
        .map(authority -> "the authority's clock says " + authority.stamp(Digest.of(TRIAL)).at())
        .orElse("none is set: evidence is not anchored (countersign.timestamp.url)");
  }

  /** What the checks of some tier need beside files. */
  private void lookouts(GatePolicy policy) {
    Set<String> checks =
        policy.tiers().stream()
            .flatMap(tier -> tier.checks().stream())
            .map(GatePolicy.CheckRule::check)
            .collect(Collectors.toSet());
    Lookouts lookouts = SettledParts.lookouts(settings, Clock.systemUTC());
    if (checks.contains(new SecretsHandling().name())) {
      ask("the secret scanner finds what is planted for it", () -> scanner(lookouts.scanner()));
    }
    if (checks.contains(new AuditLogging().name())) {
      ask(
          "Vault lists its audit devices",
          () -> lookouts.auditDevices().devices().size() + " devices");
    }
    if (checks.contains(new SecretRotation().name())) {
      policy.systems().stream()
          .flatMap(system -> system.staticSecrets().stream())
          .filter(secrets -> secrets.version() == 2)
          .map(StaticSecrets::mount)
          .distinct()
          .forEach(
              mount ->
                  ask(
                      "Vault shows what is mounted at " + mount,
                      () ->
                          lookouts
                              .keyValue()
                              .engine(mount)
                              .map(engine -> (engine.type() + " " + engine.version()).strip())
                              .orElse("nothing")));
    }
  }

  private static String scanner(SecretScanner scanner) {
    try (SecretScanner.Scan scan = scanner.begin()) {
      return scan.run(Progress.unwatched()).scanner();
    }
  }

  private static String slots(SystemPolicy system) {
    return "Vault has both slots of " + system.environment() + "/" + system.name();
  }

  private String slot(SystemPolicy system) {
    VaultCredentialBroker broker =
        new VaultCredentialBroker(
            settings.vault(),
            settings.vaultGrant(),
            settings.vaultWatch(),
            Clock.systemUTC(),
            PATIENCE,
            LentSecrets.none());
    SystemRef ref = new SystemRef(system.environment(), system.name());
    if (!broker.identity(ref).slotsAgree()) {
      throw new GateException(
          FailureType.NOT_ONBOARDED, "the slots of " + ref + " accept different identities");
    }
    return broker.list(ref).size() + " roles";
  }

  private void ask(String need, Callable<String> question) {
    try {
      found.add(new Readiness(need, true, question.call()));
    } catch (Exception e) {
      found.add(new Readiness(need, false, String.valueOf(e.getMessage())));
    }
  }
}
