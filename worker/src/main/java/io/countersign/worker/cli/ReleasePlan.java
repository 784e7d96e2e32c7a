package io.countersign.worker.cli;

import io.countersign.activities.release.Bounds;
import io.countersign.activities.scope.VaultPolicyScope;
import io.countersign.decision.Matching;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.policy.Requirement;
import io.countersign.policy.TierFacts;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the gate would ask of a release, as far as files tell. Nothing of it binds the gate.
 *
 * @param highestTier the tier if the release turns out to change whatever can be changed
 * @param enoughPeople whether the listed people can fill every place, each person one; null when no
 *     approvers were given
 * @param notLookedAt what only the gate itself can see
 */
record ReleasePlan(
    ReleaseId release,
    String tier,
    String highestTier,
    List<Change> changes,
    List<PlannedCheck> checks,
    List<Place> requirements,
    @Nullable Boolean enoughPeople,
    List<String> withoutVoice,
    List<String> policiesAdded,
    List<String> policiesRemoved,
    List<String> notLookedAt) {

  record PlannedCheck(String check, boolean waivable) {}

  /**
   * @param people who could sign for it now; empty when no approvers were given
   */
  record Place(GateFunction function, int quorum, List<String> people) {}

  /**
   * @param old manifest of the release that is live; null when it is not at hand
   * @param submitter who would submit; null when not known
   */
  static ReleasePlan of(
      Manifest manifest,
      GatePolicy policy,
      @Nullable Manifest old,
      @Nullable Approvers approvers,
      @Nullable String submitter,
      Instant at) {
    ReleaseId id = manifest.id();
    SystemPolicy system =
        policy
            .system(id.environment(), id.system())
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.UNKNOWN_SYSTEM, id.environment() + "/" + id.system()));
    Bounds.requireWithin(system, manifest);
    List<Change> changes = changes(old, manifest);
    Tier tier = policy.tierFor(facts(manifest, changes));
    Bounds.requireWithin(tier, manifest);
    List<String> silent = new ArrayList<>(manifest.contributors());
    if (submitter != null && !silent.contains(submitter)) {
      silent.add(submitter);
    }
    Map<String, List<GateFunction>> voices = voices(approvers, silent, at);
    return new ReleasePlan(
        id,
        tier.name(),
        policy.tierFor(facts(manifest, List.of(Change.values()))).name(),
        changes,
        tier.checks().stream().map(ReleasePlan::planned).toList(),
        tier.requirements().stream().map(r -> place(r, voices)).toList(),
        approvers == null ? null : enough(tier.requirements(), voices),
        silent,
        old == null ? List.of() : without(manifest, old),
        old == null ? List.of() : without(old, manifest),
        notLookedAt(manifest, old, approvers, submitter));
  }

  private static List<Change> changes(@Nullable Manifest old, Manifest manifest) {
    List<Change> changes =
        new ArrayList<>(
            new VaultPolicyScope().between(old, new TreeMap<>(), manifest, new TreeMap<>()));
    if (old != null) {
      addIf(changes, Change.SCOPE_WIDENED, !without(manifest, old).isEmpty());
      addIf(changes, Change.SCOPE_NARROWED, !without(old, manifest).isEmpty());
    }
    return changes;
  }

  private static void addIf(List<Change> changes, Change change, boolean there) {
    if (there && !changes.contains(change)) {
      changes.add(change);
    }
  }

  /** The Vault policies that one has and the other has not. */
  private static List<String> without(Manifest one, Manifest other) {
    return one.access().policies().stream()
        .filter(policy -> !other.access().policies().contains(policy))
        .toList();
  }

  private static TierFacts facts(Manifest manifest, List<Change> changes) {
    return new TierFacts(
        manifest.metadata().environment(),
        manifest.profile().exposure(),
        manifest.profile().autonomy(),
        manifest.profile().dataClasses(),
        changes);
  }

  private static PlannedCheck planned(CheckRule rule) {
    return new PlannedCheck(rule.check(), Boolean.TRUE.equals(rule.waivable()));
  }

  private static Place place(Requirement requirement, Map<String, List<GateFunction>> voices) {
    return new Place(
        requirement.function(),
        requirement.quorum(),
        voices.entrySet().stream()
            .filter(voice -> voice.getValue().contains(requirement.function()))
            .map(Map.Entry::getKey)
            .toList());
  }

  private static Map<String, List<GateFunction>> voices(
      @Nullable Approvers approvers, List<String> silent, Instant at) {
    Map<String, List<GateFunction>> voices = new LinkedHashMap<>();
    for (Person person : approvers == null ? List.<Person>of() : approvers.people()) {
      boolean key = person.keys().stream().anyMatch(one -> !one.revokedAt(at) && one.validAt(at));
      if (person.validAt(at) && key && !silent.contains(person.id())) {
        voices.put(person.id(), person.functions());
      }
    }
    return voices;
  }

  private static boolean enough(
      List<Requirement> requirements, Map<String, List<GateFunction>> voices) {
    int places = requirements.stream().mapToInt(Requirement::quorum).sum();
    return new Matching(requirements, voices).voices().size() == places;
  }

  private static List<String> notLookedAt(
      Manifest manifest,
      @Nullable Manifest old,
      @Nullable Approvers approvers,
      @Nullable String submitter) {
    List<String> open = new ArrayList<>();
    if (old == null) {
      open.add("the release that is live: planned as a first release; --predecessor compares");
    }
    if (manifest.subjects().all().stream().anyMatch(subject -> subject.digest() == null)) {
      open.add(
          "subjects without a digest: they count as changed; 'countersign lock' fills them in");
    }
    open.add("what the Vault policies say: their names are compared, the gate reads their paths");
    open.add("the bytes of the subjects: 'countersign lock --check' compares them");
    open.add("makers that only the evidence names: they have no voice either");
    if (approvers == null) {
      open.add("who may sign: --approvers tells");
    }
    if (submitter == null) {
      open.add("who submits, and so has no voice: --as tells");
    }
    return open;
  }
}
