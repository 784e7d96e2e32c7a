package io.countersign.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.check.CheckResult;
import io.countersign.release.Digest;
import io.countersign.release.Span;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code gate.yaml} says, after its JSON Schema accepted it. Refused: no tier, no system, a
 * first tier that does not always match (a release could otherwise match none), two tiers or
 * systems of one name.
 *
 * @param decisionNodes public keys with which decision nodes sign what they decided: PEM or one
 *     OpenSSH line each
 * @param guardRails what forbids at request time, whatever a release's own policy permits
 */
@JsonIgnoreProperties({"apiVersion", "kind"})
public record GatePolicy(
    Sources sources,
    Map<String, Issuer> issuers,
    List<SystemPolicy> systems,
    List<CiRule> ci,
    AcceptableUse acceptableUse,
    List<Supplier> suppliers,
    List<Freeze> freezes,
    Lifecycle lifecycle,
    List<Tier> tiers,
    List<String> decisionNodes,
    List<GuardRail> guardRails) {

  /**
   * A Cedar file of the organisation.
   *
   * @param file relative to {@code gate.yaml}
   * @param digest of its bytes, so that the owners' signatures cover them; no other bytes count
   */
  public record GuardRail(String file, Digest digest) {}

  public GatePolicy {
    issuers = new TreeMap<>(issuers);
    systems = List.copyOf(systems);
    ci = ci == null ? List.of() : List.copyOf(ci);
    suppliers = suppliers == null ? List.of() : List.copyOf(suppliers);
    freezes = freezes == null ? List.of() : List.copyOf(freezes);
    tiers = List.copyOf(tiers);
    decisionNodes = decisionNodes == null ? List.of() : List.copyOf(decisionNodes);
    guardRails = guardRails == null ? List.of() : List.copyOf(guardRails);
    if (tiers.isEmpty() || systems.isEmpty()) {
      throw new IllegalArgumentException("gate policy: tiers and systems must not be empty");
    }
    if (tiers.get(0).when().stream().noneMatch(TierCondition::always)) {
      throw new IllegalArgumentException(
          "gate policy: tiers[0].when must hold {always: true}, so that every release has a tier");
    }
    if (tiers.get(0).emergency() != null) {
      throw new IllegalArgumentException(
          "gate policy: tiers[0] must not be an emergency tier: it is every release's");
    }
    if (tiers.stream().map(Tier::name).distinct().count() != tiers.size()) {
      throw new IllegalArgumentException("gate policy: tiers: two have the same name");
    }
    if (systems.stream().map(SystemPolicy::key).distinct().count() != systems.size()) {
      throw new IllegalArgumentException(
          "gate policy: systems: two have the same name and environment");
    }
    if (guardRails.stream().map(GuardRail::file).distinct().count() != guardRails.size()) {
      throw new IllegalArgumentException("gate policy: guardRails: a file is named twice");
    }
    for (SystemPolicy system : systems) {
      if (!issuers.containsKey(system.issuer())) {
        throw new IllegalArgumentException(
            "gate policy: systems: issuer '" + system.issuer() + "' is not under issuers");
      }
    }
  }

  /** The entry for this system in this environment. */
  public Optional<SystemPolicy> system(String environment, String name) {
    return systems.stream()
        .filter(s -> s.environment().equals(environment) && s.name().equals(name))
        .findFirst();
  }

  /**
   * The freeze that holds a release up now; of several the one that ends last.
   *
   * @param emergency whether the release is of an emergency tier
   */
  public Optional<Freeze> freeze(String environment, boolean emergency, Instant at) {
    return freezes.stream()
        .filter(freeze -> freeze.holds(environment, at))
        .filter(freeze -> !(emergency && freeze.letsEmergenciesPass()))
        .max(Comparator.comparing(Freeze::end));
  }

  /**
   * Where subjects and evidence may be read from; nothing else is.
   *
   * @param files roots, relative to the directory of {@code gate.yaml}
   * @param maxBytes most bytes that one subject may hold; 1 TiB unless given
   * @param maxFiles most files that one directory may hold; 100,000 unless given
   */
  public record Sources(
      List<String> files,
      @Nullable Long maxBytes,
      @Nullable Integer maxFiles,
      @Nullable List<HttpsPlace> https,
      @Nullable List<OciPlace> oci,
      @Nullable List<S3Place> s3,
      @Nullable List<MlflowPlace> mlflow) {
    public Sources {
      files = List.copyOf(files);
      maxBytes = maxBytes == null ? 1L << 40 : maxBytes;
      maxFiles = maxFiles == null ? 100_000 : maxFiles;
      https = https == null ? List.of() : List.copyOf(https);
      oci = oci == null ? List.of() : List.copyOf(oci);
      s3 = s3 == null ? List.of() : List.copyOf(s3);
      mlflow = mlflow == null ? List.of() : List.copyOf(mlflow);
    }

    /** File roots alone. */
    public Sources(List<String> files, @Nullable Long maxBytes, @Nullable Integer maxFiles) {
      this(files, maxBytes, maxFiles, null, null, null, null);
    }
  }

  /**
   * Files below a prefix.
   *
   * @param prefix {@code https://host/path/}, with a slash at its end
   * @param credential name of the worker's secret for it; null for none
   */
  public record HttpsPlace(String prefix, @Nullable String credential) {}

  /**
   * Repositories of an OCI registry.
   *
   * @param registry {@code https://host}
   * @param repositories names; a {@code /*} at the end stands for everything below
   * @param tokenRealm where the registry sends for a token; null when it does not
   */
  public record OciPlace(
      String registry,
      List<String> repositories,
      @Nullable String tokenRealm,
      @Nullable String credential) {
    public OciPlace {
      repositories = List.copyOf(repositories);
    }
  }

  /**
   * A part of a bucket of an S3-compatible store.
   *
   * @param prefix of the keys; null for the whole bucket
   */
  public record S3Place(
      String endpoint,
      String region,
      String bucket,
      @Nullable String prefix,
      @Nullable String credential) {}

  /** An MLflow tracking server, under the name that URIs use. */
  public record MlflowPlace(String name, String url, @Nullable String credential) {}

  /**
   * Who signs the workloads' JWTs.
   *
   * @param publicKeys PEM files, relative to {@code gate.yaml}; exactly one of this and {@code
   *     jwksUrl}
   */
  public record Issuer(
      String issuer, List<String> algorithms, List<String> publicKeys, @Nullable String jwksUrl) {
    public Issuer {
      algorithms = List.copyOf(algorithms);
      publicKeys = publicKeys == null ? List.of() : List.copyOf(publicKeys);
    }
  }

  /**
   * One system in one environment: what its releases may ask for at most.
   *
   * @param subject exact {@code sub} of the workload's JWT
   * @param audience exact {@code aud}
   * @param policySets the sets of Vault policies that a release may select, each whole
   * @param dynamicSecrets prefixes of the leases that these policies can take; a revocation is
   *     proved only when none of them is overdue; empty when none are lent
   * @param staticSecrets key-value secrets that these policies can read; empty when none are named
   */
  public record SystemPolicy(
      String name,
      String environment,
      String issuer,
      String subject,
      String audience,
      List<List<String>> policySets,
      Span tokenTtl,
      Span validity,
      List<String> dynamicSecrets,
      List<StaticSecrets> staticSecrets) {
    public SystemPolicy {
      staticSecrets = staticSecrets == null ? List.of() : List.copyOf(staticSecrets);
      if (staticSecrets.stream().map(StaticSecrets::mount).distinct().count()
          != staticSecrets.size()) {
        throw new IllegalArgumentException("gate policy: staticSecrets: a mount is listed twice");
      }
      dynamicSecrets =
          dynamicSecrets == null ? List.of() : dynamicSecrets.stream().sorted().distinct().toList();
      policySets =
          policySets.stream().map(set -> set.stream().sorted().distinct().toList()).toList();
    }

    String key() {
      return environment + "/" + name;
    }
  }

  /**
   * A CI system that may submit releases.
   *
   * @param jwks JWKS file relative to {@code gate.yaml}; exactly one of this and {@code jwksUrl}
   * @param claims for each claim the values allowed; all must hold
   * @param personClaim the claim that names the person behind the run, who then has no voice; null
   *     for none
   */
  public record CiRule(
      String name,
      String issuer,
      @Nullable String jwks,
      @Nullable String jwksUrl,
      Map<String, List<String>> claims,
      @Nullable String personClaim,
      Map<String, String> people) {
    public CiRule {
      claims = new TreeMap<>(claims);
      people = people == null ? new TreeMap<>() : new TreeMap<>(people);
    }
  }

  public record AcceptableUse(List<String> prohibited, Map<String, List<String>> dataClasses) {
    public AcceptableUse {
      prohibited = List.copyOf(prohibited);
      dataClasses = new TreeMap<>(dataClasses);
    }
  }

  /**
   * A time in which no release goes live for the first time; RFC 3339 instants, the end excluded.
   *
   * @param environments where it holds; everywhere when empty
   * @param except whom it does not hold up: {@value #EMERGENCY} or nobody
   */
  public record Freeze(
      String from,
      String until,
      String reason,
      List<String> environments,
      @Nullable List<String> except) {
    /** Releases of an emergency tier. */
    public static final String EMERGENCY = "emergency";

    public Freeze {
      environments = environments == null ? List.of() : List.copyOf(environments);
      except = except == null ? List.of() : List.copyOf(except);
    }

    public Instant end() {
      return Instant.parse(until);
    }

    /** Whether it holds up a release of this environment now or later. */
    public boolean ahead(String environment, Instant at) {
      return at.isBefore(end()) && (environments.isEmpty() || environments.contains(environment));
    }

    /** Whether it holds up a release of this environment now. */
    public boolean holds(String environment, Instant at) {
      return ahead(environment, at) && !at.isBefore(Instant.parse(from));
    }

    /** Whether releases of an emergency tier pass. */
    public boolean letsEmergenciesPass() {
      return except != null && except.contains(EMERGENCY);
    }
  }

  /**
   * The spans of a release's life.
   *
   * @param cutoverGrace how long a superseded release keeps its access
   * @param standby how long it then waits, without access, for a rollback to it
   * @param suspension how long a suspended release waits for a person
   * @param identityProof how long an approved release waits for its workload's identity
   * @param drift between two looks of the drift watch
   * @param sweep between two sweeps
   * @param sweepLimit most revocations of one sweep
   * @param subjects between two readings of a live release's subjects by one worker; null for at
   *     every look of the drift watch
   */
  public record Lifecycle(
      Span cutoverGrace,
      Span standby,
      Span suspension,
      Span identityProof,
      Span drift,
      Span sweep,
      int sweepLimit,
      @Nullable Span subjects) {

    /** Subjects are read at every look. */
    public Lifecycle(
        Span cutoverGrace,
        Span standby,
        Span suspension,
        Span identityProof,
        Span drift,
        Span sweep,
        int sweepLimit) {
      this(cutoverGrace, standby, suspension, identityProof, drift, sweep, sweepLimit, null);
    }
  }

  /** One tier: the rules that a release is frozen under. */
  public record Tier(
      String name,
      List<TierCondition> when,
      List<CheckRule> checks,
      List<Requirement> requirements,
      SignOffRules signOffs,
      Caps caps,
      @Nullable Emergency emergency) {
    /** What their answers may add to a history stays below what a run may hold. */
    private static final int MOST_EXTERNAL = 16;

    public Tier {
      when = List.copyOf(when);
      checks = List.copyOf(checks);
      requirements = List.copyOf(requirements);
      if (emergency != null && requirements.size() < 2) {
        throw new IllegalArgumentException(
            "gate policy: tier '"
                + name
                + "': requirements: an emergency wants people of two functions at least");
      }
      if (when.isEmpty() || checks.isEmpty() || requirements.isEmpty()) {
        throw new IllegalArgumentException(
            "gate policy: tier '" + name + "': when, checks and requirements must not be empty");
      }
      if (checks.stream().map(CheckRule::check).allMatch(CheckResult.COMBINED::equals)) {
        throw new IllegalArgumentException(
            "gate policy: tier '"
                + name
                + "': checks: found "
                + CheckResult.COMBINED
                + " alone, allowed is with checks that it weighs");
      }
      if (checks.stream().map(CheckRule::check).distinct().count() != checks.size()) {
        throw new IllegalArgumentException(
            "gate policy: tier '" + name + "': checks: one is listed twice");
      }
      if (checks.stream().filter(rule -> rule.worker() != null).count() > MOST_EXTERNAL) {
        throw new IllegalArgumentException(
            "gate policy: tier '"
                + name
                + "': checks: allowed are "
                + MOST_EXTERNAL
                + " with a worker of their own");
      }
      if (requirements.stream().map(Requirement::function).distinct().count()
          != requirements.size()) {
        throw new IllegalArgumentException(
            "gate policy: tier '" + name + "': requirements: a function is listed twice");
      }
    }
  }

  /**
   * @param check {@code <function>.<name>}, the Temporal activity type
   * @param waivable whether a person of that function may waive a failure
   * @param longestWaiver longest span of such a waiver; null where the tier's limit is the only one
   * @param with the check's own settings
   * @param worker who answers it; null for the gate's own workers
   */
  public record CheckRule(
      String check,
      @Nullable Boolean waivable,
      @Nullable Span longestWaiver,
      Map<String, JsonNode> with,
      @Nullable ExternalWorker worker) {
    public CheckRule {
      if (worker != null && check.equals(CheckResult.COMBINED)) {
        throw new IllegalArgumentException(
            "worker: found for " + CheckResult.COMBINED + ", which weighs what only the gate sees");
      }
      waivable = waivable != null && waivable;
      with = with == null ? new TreeMap<>() : new TreeMap<>(with);
    }

    /** A check that the gate's own workers run. */
    public CheckRule(String check, @Nullable Boolean waivable, Map<String, JsonNode> with) {
      this(check, waivable, null, with, null);
    }

    /** Reads {@code waivable: true} and {@code waivable: {longest: 7d}}. */
    @JsonCreator
    static CheckRule read(
        @JsonProperty("check") String check,
        @JsonProperty("waivable") @Nullable JsonNode waivable,
        @JsonProperty("with") @Nullable Map<String, JsonNode> with,
        @JsonProperty("worker") @Nullable ExternalWorker worker) {
      boolean limited = waivable != null && waivable.isObject();
      return new CheckRule(
          check,
          waivable != null && (limited || waivable.asBoolean()),
          waivable != null && limited ? Span.parse(waivable.path("longest").asText()) : null,
          with == null ? new TreeMap<>() : with,
          worker);
    }
  }

  /**
   * @param deadline from the end of the checks
   * @param reminders spans after the end of the checks
   * @param maxAge a sign-off older than this does not count when the grant is written (I9)
   */
  public record SignOffRules(Span deadline, List<Span> reminders, Span maxAge) {
    public SignOffRules {
      reminders = reminders == null ? List.of() : reminders.stream().sorted().toList();
    }
  }

  /**
   * Makes a tier one for emergencies: no condition selects it unless the manifest asks.
   *
   * @param review after going live, within which those who were skipped must have reviewed
   */
  public record Emergency(Span review) {}

  /**
   * The longest times of a tier.
   *
   * @param waiver longest span of a waiver; null for the validity
   */
  public record Caps(Span tokenTtl, Span validity, @Nullable Span waiver) {
    public Caps(Span tokenTtl, Span validity) {
      this(tokenTtl, validity, null);
    }

    /** The longest span of a waiver in this tier. */
    public Span longestWaiver() {
      return waiver == null ? validity : waiver;
    }

    /** The longest span of a waiver of this check in this tier. */
    public Span longestWaiver(CheckRule rule) {
      Span own = rule.longestWaiver();
      return own != null && own.compareTo(longestWaiver()) < 0 ? own : longestWaiver();
    }
  }
}
