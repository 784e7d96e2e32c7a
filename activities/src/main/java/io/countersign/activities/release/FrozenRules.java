package io.countersign.activities.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.GateRules.SignedFile;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.tier.Tiers;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether a release was frozen under rules that the gate's owners put in force, and into the tier
 * that these rules give it. Whoever can insert rows into the record can freeze a release, but not
 * sign for two owners.
 */
public final class FrozenRules {
  /** Fields of the entry RESOLVED that name the archived signatures. */
  static final String GATE_SIGNATURES = "gateSignatures";

  static final String APPROVERS_SIGNATURES = "approversSignatures";

  private final ReleaseRecord record;
  private final GateRules rules;
  private final Dossiers dossiers;
  private final Differences differences;

  public FrozenRules(
      ReleaseRecord record, GateRules rules, Dossiers dossiers, Differences differences) {
    this.record = record;
    this.rules = rules;
    this.dossiers = dossiers;
    this.differences = differences;
  }

  /**
   * Looks at the rules again.
   *
   * @param signedScope the bodies of the Vault policies in the review, by name
   * @throws GateException INVALID_GATE_POLICY or INVALID_APPROVERS when the owners did not sign the
   *     frozen rules; OUTSIDE_POLICY when the release exceeds them, or its scope has meanwhile
   *     grown into a higher tier; RECORD_CONFLICT when predecessor, changes, tier or requirements
   *     are not those that the rules give
   */
  public void require(Dossier dossier, Rules now, SortedMap<String, String> signedScope) {
    requireInForce(dossier.frozen(), now);
    Bounds.requireWithin(dossier.system(), dossier.manifest());
    Bounds.requireWithin(dossier.tier(), dossier.manifest());
    requirePredecessor(dossier.frozen());
    List<Change> changes = changes(dossier, dossier.frozenPolicies());
    require(
        tier(dossier, changes, dossier.frozenPolicies()).name().equals(dossier.frozen().tier()),
        "tier");
    require(
        Intake.requirements(dossier.tier()).equals(dossier.frozen().requirements()),
        "requirements");
    requireTierOf(dossier, signedScope);
  }

  /** Rules that are in force now have been verified when they were read. */
  private void requireInForce(FrozenRelease frozen, Rules now) {
    if (frozen.gateDigest().equals(now.gateDigest())
        && frozen.approversDigest().equals(now.approversDigest())) {
      return;
    }
    JsonNode resolved =
        record.entries().entries(frozen.id(), Set.of(EntryKind.RESOLVED)).stream()
            .findFirst()
            .map(entry -> Dossiers.json(entry.body()))
            .orElseThrow(() -> conflict("the rules of the release are not in the record"));
    rules.requireInForce(
        archived(frozen.gateDigest(), resolved.path(GATE_SIGNATURES).asText()),
        archived(frozen.approversDigest(), resolved.path(APPROVERS_SIGNATURES).asText()),
        frozen.frozenAt());
  }

  private SignedFile archived(Digest file, String signatures) {
    return new SignedFile(
        document(file), signatures.isEmpty() ? new byte[0] : document(signatures));
  }

  private byte[] document(String digest) {
    try {
      return document(Digest.parse(digest));
    } catch (IllegalArgumentException malformed) {
      throw conflict("the signatures of the rules have no digest");
    }
  }

  private byte[] document(Digest digest) {
    return record
        .documents()
        .document(digest)
        .orElseThrow(() -> conflict("the archive does not hold " + digest));
  }

  /**
   * A predecessor was live before the release was frozen; without one nothing was. Otherwise the
   * difference, and with it the tier, could be chosen.
   */
  private void requirePredecessor(FrozenRelease frozen) {
    ReleaseId id = frozen.id();
    ReleaseId old = frozen.predecessor();
    if (old == null) {
      boolean unseen =
          record
              .live()
              .live(id.environment(), id.system())
              .filter(live -> !live.release().equals(id))
              .filter(live -> live.liveAt().isBefore(frozen.frozenAt()))
              .isPresent();
      require(!unseen, "predecessor");
      return;
    }
    boolean lived =
        record.grants().grants(old).stream().anyMatch(grant -> lived(grant, frozen.frozenAt()));
    require(lived && old.equals(id.withVersion(old.version())), "predecessor");
  }

  private static boolean lived(Grant grant, Instant at) {
    Instant liveAt = grant.liveAt();
    Instant closedAt = grant.closedAt();
    return liveAt != null
        && !liveAt.isAfter(at.plus(Intake.CLOCK_SKEW))
        && (grant.state() != GrantState.REVOKED
            || (closedAt != null && !closedAt.isBefore(at.minus(Intake.CLOCK_SKEW))));
  }

  private List<Change> changes(Dossier dossier, SortedMap<String, String> scope) {
    ReleaseId predecessor = dossier.frozen().predecessor();
    @Nullable Dossier old = predecessor == null ? null : dossiers.of(predecessor);
    List<Change> found =
        differences.between(
            old == null ? null : old.manifest(),
            old == null ? new TreeMap<>() : old.frozenPolicies(),
            dossier.manifest(),
            scope,
            dossier.policy());
    // What could not be told about the policies when the release was frozen counted as wider then.
    EnumSet<Change> changes = EnumSet.noneOf(Change.class);
    changes.addAll(found);
    if (Intake.changes(dossier.frozen()).contains(Change.POLICY_WIDENED)) {
      changes.add(Change.POLICY_WIDENED);
    }
    return List.copyOf(changes);
  }

  private static Tier tier(Dossier dossier, List<Change> changes, SortedMap<String, String> scope) {
    return Tiers.choose(dossier.policy(), dossier.manifest(), changes, scope).tier();
  }

  /** Policies that grew after the submission must not slip through its lower tier. */
  private void requireTierOf(Dossier dossier, SortedMap<String, String> scope) {
    List<Change> now = changes(dossier, scope);
    // An emergency skips what the higher tier wants: it too is signed off for one tier alone.
    Tier wanted = Tiers.full(dossier.policy(), dossier.manifest(), now, scope).tier();
    List<Tier> tiers = dossier.policy().tiers();
    boolean sameEmergency =
        dossier.tier().emergency() == null || tier(dossier, now, scope).equals(dossier.tier());
    if (tiers.indexOf(wanted) > tiers.indexOf(dossier.fullTier()) || !sameEmergency) {
      throw new GateException(
          FailureType.OUTSIDE_POLICY,
          "the scope has grown since the submission: it wants tier "
              + wanted.name()
              + ", frozen was "
              + dossier.tier().name());
    }
  }

  private static void require(boolean held, String what) {
    if (!held) {
      throw conflict("the frozen " + what + " is not what the rules give this release");
    }
  }

  private static GateException conflict(String detail) {
    return new GateException(FailureType.RECORD_CONFLICT, detail);
  }
}
