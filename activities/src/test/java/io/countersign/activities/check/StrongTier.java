package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.cedar.CedarPolicies;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.files.GuardRailFiles;
import io.countersign.activities.adapter.signing.BuilderAttestations;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.SupplierSignatures;
import io.countersign.activities.check.format.ModelFormat;
import io.countersign.activities.check.lineage.Lineage;
import io.countersign.activities.check.logging.AuditLogging;
import io.countersign.activities.check.quality.ModelQuality;
import io.countersign.activities.check.readiness.DeploymentReadiness;
import io.countersign.activities.check.risk.AcceptableUse;
import io.countersign.activities.check.risk.BusinessImpact;
import io.countersign.activities.check.risk.CombinedRisk;
import io.countersign.activities.check.rotation.SecretRotation;
import io.countersign.activities.check.runtime.RuntimePolicyReview;
import io.countersign.activities.check.scope.ScopeReview;
import io.countersign.activities.check.secrets.SecretsHandling;
import io.countersign.activities.check.supply.Dependencies;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.reach.PolicyReader;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The example's first release under the checks of its strong tier, to break in one place. */
final class StrongTier {
  /** Every check that is built in, by name. */
  static final SortedMap<String, Check> INSTALLED =
      Stream.of(
              new ArtifactIntegrity(),
              new ModelFormat(),
              new ModelQuality(),
              new Lineage(new BuilderAttestations()),
              new DeploymentReadiness(),
              new WorkloadIdentity(),
              new Dependencies(new SupplierSignatures()),
              new ScopeReview(),
              new RuntimePolicyReview(
                  new PolicyReader(new CedarPolicies()), new GuardRailFiles(CheckScene.EXAMPLE)),
              new SecretRotation(),
              new SecretsHandling(),
              new AuditLogging(),
              new AcceptableUse(),
              new BusinessImpact(),
              new CombinedRisk())
          .collect(Collectors.toMap(Check::name, Function.identity(), (a, b) -> a, TreeMap::new));

  static final DocumentReader READER = new DocumentReader(key -> Keys.publicKey(key).keyId());

  final Contexts world = new Contexts();
  SubjectSource source = new FileRootSource(List.of(CheckScene.EXAMPLE), 1L << 24, 1_000);
  String gate = CheckScene.text("gate.yaml");
  String body = CheckScene.text("vault/fraud-read.hcl");
  ObjectNode release = locked();

  /** The manifest with the digests of what the sources hold now. */
  ObjectNode locked() {
    ObjectNode json =
        (ObjectNode)
            READER.release(CheckScene.EXAMPLE.resolve("releases/2026.11.1/release.yaml")).json();
    for (JsonNode subject : json.path("subjects")) {
      Digest digest = source.digest(subject.path("uri").asText(), Progress.unwatched()).digest();
      ((ObjectNode) subject).put("digest", digest.toString());
    }
    return json;
  }

  /** Replaces one field of the manifest, which must be there. */
  void says(String field, String value) {
    int last = field.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) release.at(field.substring(0, last));
    assertThat(parent.has(field.substring(last + 1))).as(field).isTrue();
    parent.put(field.substring(last + 1), value);
  }

  GatePolicy policy() {
    return READER.gatePolicy(gate.getBytes(StandardCharsets.UTF_8));
  }

  List<CheckRule> rules() {
    return tier(policy()).checks();
  }

  /** The checks that do not pass, in the order of the tier. */
  List<String> failed() {
    List<CheckResult> results = new ArrayList<>();
    for (CheckRule rule : rules()) {
      world.results = List.copyOf(results);
      results.add(result(rule));
    }
    return results.stream()
        .filter(result -> result.outcome() != CheckOutcome.PASS)
        .map(CheckResult::check)
        .toList();
  }

  CheckResult result(CheckRule rule) {
    return result(rule, source, world());
  }

  /** What checks see of the world, without a fault. */
  World world() {
    world.slotA =
        Contexts.slot("https://kubernetes.prod.example.com", List.of("ES256"), "keys", false);
    world.slotB = world.slotA;
    world.inForce = gate;
    return world.world();
  }

  CheckResult result(CheckRule rule, SubjectSource source, World seen) {
    GatePolicy policy = policy();
    assertThat(INSTALLED).containsKey(rule.check());
    return INSTALLED
        .get(rule.check())
        .result(
            new CheckContext(
                READER.manifest(release),
                null,
                policy.systems().get(0),
                policy,
                tier(policy),
                rule.with(),
                source,
                new TreeMap<>(Map.of("fraud-read", body)),
                new TreeMap<>(),
                null,
                seen,
                Progress.unwatched()));
  }

  private static Tier tier(GatePolicy policy) {
    return policy.tiers().stream()
        .filter(one -> one.name().equals("strong"))
        .findFirst()
        .orElseThrow();
  }
}
