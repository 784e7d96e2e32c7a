package io.countersign.activities.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.tier.Tiers;
import io.countersign.check.CheckResult;
import io.countersign.decision.Requirements;
import io.countersign.decision.Review;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.Issuer;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.record.FrozenRelease;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One release under the rules that it was frozen with, read from the record alone: nothing in it
 * comes from a workflow.
 *
 * @param policy the archived gate policy of the submission
 */
public record Dossier(
    FrozenRelease frozen, Manifest manifest, GatePolicy policy, Tier tier, SystemPolicy system) {

  public ReleaseId id() {
    return frozen.id();
  }

  /** Who signs the workload's JWTs; the policy's constructor has seen that it is listed. */
  public Issuer issuer() {
    return Objects.requireNonNull(policy.issuers().get(system.issuer()));
  }

  /** The bodies of the Vault policies when this release was frozen, by name. */
  public SortedMap<String, String> frozenPolicies() {
    return frozenPolicies(frozen);
  }

  /** As above, of a release without its rules. */
  public static SortedMap<String, String> frozenPolicies(FrozenRelease frozen) {
    SortedMap<String, String> bodies = new TreeMap<>();
    JsonNode stored = Dossiers.json(frozen.scope()).path("policies");
    stored.properties().forEach(field -> bodies.put(field.getKey(), field.getValue().asText()));
    return bodies;
  }

  /** The tier that this release would have if it were no emergency. */
  public Tier fullTier() {
    return Tiers.full(policy, manifest, Intake.changes(frozen), frozenPolicies()).tier();
  }

  /** What this release needs; rights are those of now. */
  public Requirements requirements(Digest reviewDigest, Rules now) {
    return new Requirements(
        frozen.id(),
        frozen.releaseDigest(),
        reviewDigest,
        tier.requirements(),
        tier.checks(),
        frozen.submitter(),
        manifest.contributors(),
        now.approvers(),
        tier.signOffs().maxAge(),
        tier.caps());
  }

  /** What people sign off when the scope and the checks are these. */
  public Review review(SortedMap<String, String> policies, List<CheckResult> checks) {
    return new Review(
        frozen.id(),
        frozen.releaseDigest(),
        frozen.gateDigest(),
        frozen.approversDigest(),
        tier.name(),
        tier.requirements(),
        tier.checks(),
        frozen.predecessor(),
        policies,
        checks,
        EmergencyCase.of(this).map(EmergencyCase::words).orElse(null));
  }
}
