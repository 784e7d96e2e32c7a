package io.countersign.policy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.release.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code gate.yaml} says, after its JSON Schema accepted it. Refused: no tier, no system, a
 * first tier that does not always match (a release could otherwise match none), two tiers or
 * systems of one name.
 */
@JsonIgnoreProperties({"apiVersion", "kind"})
public record GatePolicy(
    Sources sources,
    Map<String, Issuer> issuers,
    List<SystemPolicy> systems,
    List<CiRule> ci,
    AcceptableUse acceptableUse,
    List<Freeze> freezes,
    Lifecycle lifecycle,
    List<Tier> tiers) {

  public GatePolicy {
    issuers = new TreeMap<>(issuers);
    systems = List.copyOf(systems);
    ci = ci == null ? List.of() : List.copyOf(ci);
    freezes = freezes == null ? List.of() : List.copyOf(freezes);
    tiers = List.copyOf(tiers);
    if (tiers.isEmpty() || systems.isEmpty()) {
      throw new IllegalArgumentException("gate policy: tiers and systems must not be empty");
    }
    if (tiers.get(0).when().stream().noneMatch(TierCondition::always)) {
      throw new IllegalArgumentException(
          "gate policy: tiers[0].when must hold {always: true}, so that every release has a tier");
    }
    if (tiers.stream().map(Tier::name).distinct().count() != tiers.size()) {
      throw new IllegalArgumentException("gate policy: tiers: two have the same name");
    }
    if (systems.stream().map(SystemPolicy::key).distinct().count() != systems.size()) {
      throw new IllegalArgumentException(
          "gate policy: systems: two have the same name and environment");
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

  /** The highest tier that any condition selects; tiers are listed from low to high. */
  public Tier tierFor(TierFacts facts) {
    for (int i = tiers.size() - 1; i > 0; i--) {
      if (tiers.get(i).when().stream().anyMatch(condition -> condition.matches(facts))) {
        return tiers.get(i);
      }
    }
    return tiers.get(0);
  }

  /**
   * Where subjects may be read from.
   *
   * @param files roots, relative to the directory of {@code gate.yaml}
   * @param maxBytes most bytes that one subject may hold; 1 TiB unless given
   * @param maxFiles most files that one directory may hold; 100,000 unless given
   */
  public record Sources(List<String> files, @Nullable Long maxBytes, @Nullable Integer maxFiles) {
    public Sources {
      files = List.copyOf(files);
      maxBytes = maxBytes == null ? 1L << 40 : maxBytes;
      maxFiles = maxFiles == null ? 100_000 : maxFiles;
    }
  }

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
      List<String> dynamicSecrets) {
    public SystemPolicy {
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

  /** A time in which no grant begins; RFC 3339 instants, the end excluded. */
  public record Freeze(String from, String until, String reason, List<String> environments) {
    public Freeze {
      environments = environments == null ? List.of() : List.copyOf(environments);
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
   */
  public record Lifecycle(
      Span cutoverGrace,
      Span standby,
      Span suspension,
      Span identityProof,
      Span drift,
      Span sweep,
      int sweepLimit) {}

  /** One tier: the rules that a release is frozen under. */
  public record Tier(
      String name,
      List<TierCondition> when,
      List<CheckRule> checks,
      List<Requirement> requirements,
      SignOffRules signOffs,
      Caps caps) {
    public Tier {
      when = List.copyOf(when);
      checks = List.copyOf(checks);
      requirements = List.copyOf(requirements);
      if (when.isEmpty() || checks.isEmpty() || requirements.isEmpty()) {
        throw new IllegalArgumentException(
            "gate policy: tier '" + name + "': when, checks and requirements must not be empty");
      }
      if (checks.stream().map(CheckRule::check).distinct().count() != checks.size()) {
        throw new IllegalArgumentException(
            "gate policy: tier '" + name + "': checks: one is listed twice");
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
   * @param with the check's own settings
   */
  public record CheckRule(String check, @Nullable Boolean waivable, Map<String, JsonNode> with) {
    public CheckRule {
      waivable = waivable != null && waivable;
      with = with == null ? new TreeMap<>() : new TreeMap<>(with);
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

  public record Caps(Span tokenTtl, Span validity) {}
}
