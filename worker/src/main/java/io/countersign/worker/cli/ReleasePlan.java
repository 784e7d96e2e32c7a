package io.countersign.worker.cli;

import io.countersign.activities.reach.PolicyComparison;
import io.countersign.activities.release.Bounds;
import io.countersign.activities.scope.VaultPolicyScope;
import io.countersign.activities.tier.Reason;
import io.countersign.activities.tier.TierChoice;
import io.countersign.activities.tier.Tiers;
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
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the gate would ask of a release, as far as files tell. Nothing of it binds the gate.
 *
 * @param highestTier the tier if the release turns out to change whatever can be changed
 * @param because the conditions that held, those of lower tiers included
 * @param wouldRaise the conditions of higher tiers, which did not hold
 * @param callsAdded calls that the runtime policy may permit now, or for other arguments, and did
 *     not
 * @param enoughPeople whether the listed people can fill every place, each person one; null when no
 *     approvers were given
 * @param notLookedAt what only the gate itself can see
 */
record ReleasePlan(
    ReleaseId release,
    String tier,
    String highestTier,
    List<Reason> because,
    List<Reason> wouldRaise,
    List<Change> changes,
    List<PlannedCheck> checks,
    List<Place> requirements,
    @Nullable Boolean enoughPeople,
    List<String> withoutVoice,
    List<String> policiesAdded,
    List<String> policiesRemoved,
    List<String> callsAdded,
    List<PlannedFreeze> freezes,
    List<String> notLookedAt) {

  /**
   * @param longestWaiver the longest span of a waiver; null when there can be none
   * @param taskQueue where somebody else's worker answers it; null for the gate's own workers
   */
  record PlannedCheck(
      String check, boolean waivable, @Nullable Span longestWaiver, @Nullable String taskQueue) {}

  /**
   * A freeze that holds now or is to come.
   *
   * @param holds whether it holds now
   */
  record PlannedFreeze(
      String from, String until, String reason, boolean emergencyPasses, boolean holds) {}

  /**
   * @param people who could sign for it now; empty when no approvers were given
   */
  record Place(GateFunction function, int quorum, List<String> people) {}

  /**
   * @param old manifest of the release that is live; null when it is not at hand
   * @param policies the bodies of the Vault policies in scope; null when they are not at hand
   * @param calls how the runtime policy differs from that of the release that is live; null when
   *     that was not looked at
   * @param submitter who would submit; null when not known
   */
  static ReleasePlan of(
      Manifest manifest,
      GatePolicy policy,
      @Nullable Manifest old,
      @Nullable SortedMap<String, String> policies,
      @Nullable PolicyComparison calls,
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
    addIf(changes, Change.POLICY_WIDENED, calls != null && calls.wider());
    SortedMap<String, String> scope = policies == null ? new TreeMap<>() : policies;
    TierChoice choice = Tiers.choose(policy, manifest, changes, scope);
    Tier tier = choice.tier();
    Bounds.requireWithin(tier, manifest);
    List<String> silent = new ArrayList<>(manifest.contributors());
    if (submitter != null && !silent.contains(submitter)) {
      silent.add(submitter);
    }
    Map<String, List<GateFunction>> voices = voices(approvers, silent, at);
    return new ReleasePlan(
        id,
        tier.name(),
        Tiers.choose(policy, manifest, List.of(Change.values()), scope).tier().name(),
        choice.reasons(),
        choice.wouldRaise(),
        changes,
        tier.checks().stream().map(rule -> planned(rule, tier)).toList(),
        tier.requirements().stream().map(r -> place(r, voices)).toList(),
        approvers == null ? null : enough(tier.requirements(), voices),
        silent,
        old == null ? List.of() : without(manifest, old),
        old == null ? List.of() : without(old, manifest),
        calls == null ? List.of() : added(calls),
        freezes(policy, id, at),
        notLookedAt(manifest, old, policies, calls, approvers, submitter));
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

  private static List<String> added(PolicyComparison calls) {
    List<String> added = new ArrayList<>(calls.more());
    calls.otherwise().forEach(line -> added.add(line + ", for other arguments"));
    return added;
  }

  private static List<PlannedFreeze> freezes(GatePolicy policy, ReleaseId id, Instant at) {
    return policy.freezes().stream()
        .filter(freeze -> freeze.ahead(id.environment(), at))
        .map(
            freeze ->
                new PlannedFreeze(
                    freeze.from(),
                    freeze.until(),
                    freeze.reason(),
                    freeze.letsEmergenciesPass(),
                    freeze.holds(id.environment(), at)))
        .toList();
  }

  private static PlannedCheck planned(CheckRule rule, Tier tier) {
    boolean waivable = Boolean.TRUE.equals(rule.waivable());
    return new PlannedCheck(
        rule.check(),
        waivable,
        waivable ? tier.caps().longestWaiver(rule) : null,
        rule.worker() == null ? null : rule.worker().taskQueue());
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
      @Nullable SortedMap<String, String> policies,
      @Nullable PolicyComparison calls,
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
    open.add(
        policies == null
            ? "what the Vault policies say: their names are compared, the gate reads their paths;"
                + " --policies tells the rules"
            : "what Vault itself holds: the policies were read from files");
    if (old != null && (calls == null || calls.untold() != null)) {
      open.add(
          "whether the runtime policy permits more than before"
              + (calls == null ? "" : ": " + calls.untold() + "; the gate takes it for wider"));
    }
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
