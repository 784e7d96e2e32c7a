package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.scope.VaultPolicies;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import io.countersign.release.PathPattern;
import io.countersign.release.ReleaseDiff;
import io.countersign.release.ScopeRule;
import io.countersign.release.ScopeView;
import io.countersign.release.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code security.scope-review}: what the selected Vault policies mean stays within the tier's
 * envelope. A wildcard or {@code sudo} is allowed only where the envelope itself has it. The
 * difference to the predecessor is told, not judged: it selects the tier.
 *
 * <pre>
 * with:
 *   allow:
 *     - {path: kv/data/fraud/*, capabilities: [read, list]}
 *   sharedScope: refused        # optional: no release under an identity whose predecessor had more
 * </pre>
 */
public final class ScopeReview implements Check {
  @Override
  public String name() {
    return "security.scope-review";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings = Settings.of(this, context, "allow", "sharedScope");
    ScopeView envelope = envelope(settings);
    boolean sharing = settings.oneOf("sharedScope", "allowed", "refused").equals("allowed");
    CheckFindings found = new CheckFindings();
    Manifest.Access access = context.manifest().access();
    if (!context.system().policySets().contains(access.policies())) {
      found.fail(
          "other-policies",
          Severity.CRITICAL,
          "the selected policies " + access.policies() + " are no policy set of the system",
          "access.policies");
    }
    cap("access.tokenTtl", access.tokenTtl(), context.system().tokenTtl(), found);
    cap("access.tokenTtl", access.tokenTtl(), context.tier().caps().tokenTtl(), found);
    cap("access.validity", access.validity(), context.system().validity(), found);
    cap("access.validity", access.validity(), context.tier().caps().validity(), found);
    ScopeView scope = scope(context, found);
    if (found.failed() && scope.rules().isEmpty()) {
      return found;
    }
    for (ScopeRule rule : envelope.notCovered(scope)) {
      outside(rule, found);
    }
    long wildcards = scope.rules().stream().filter(rule -> rule.path().wildcard()).count();
    found.measure("paths", Integer.toString(scope.rules().size()));
    found.measure("wildcards", Long.toString(wildcards));
    found.measure("tokenTtl", access.tokenTtl().toString());
    found.measure("validity", access.validity().toString());
    difference(context, scope, sharing, found);
    return found;
  }

  private static ScopeView envelope(Settings settings) {
    List<ScopeRule> rules = new ArrayList<>();
    JsonNode allow = settings.required("allow");
    for (JsonNode rule : allow) {
      for (Map.Entry<String, JsonNode> field : rule.properties()) {
        if (!field.getKey().equals("path") && !field.getKey().equals("capabilities")) {
          throw settings.refused("allow." + field.getKey(), "path and capabilities");
        }
      }
      List<String> capabilities = new ArrayList<>();
      rule.path("capabilities").forEach(capability -> capabilities.add(capability.asText()));
      try {
        rules.add(
            new ScopeRule(
                new PathPattern(rule.path("path").asText()), capabilities, new TreeMap<>()));
      } catch (IllegalArgumentException e) {
        throw settings.refused("allow", "a list of paths with capabilities: " + e.getMessage());
      }
    }
    if (rules.isEmpty()) {
      throw settings.refused("allow", "a list of paths with capabilities");
    }
    return new ScopeView(rules);
  }

  private static ScopeView scope(CheckContext context, CheckFindings found) {
    SortedMap<String, String> bodies = context.policyBodies();
    if (!bodies.keySet().containsAll(context.manifest().access().policies())) {
      throw new GateException(
          FailureType.CHECK_BROKEN, "the texts of the selected policies were not read");
    }
    List<ScopeRule> rules = new ArrayList<>();
    bodies.forEach(
        (name, body) -> {
          try {
            rules.addAll(VaultPolicies.rules(name, body));
          } catch (IllegalArgumentException e) {
            found.fail("not-understood", Severity.CRITICAL, String.valueOf(e.getMessage()), name);
          }
        });
    try {
      return new ScopeView(rules);
    } catch (IllegalArgumentException e) {
      found.fail(
          "not-understood", Severity.CRITICAL, String.valueOf(e.getMessage()), "access.policies");
      return ScopeView.empty();
    }
  }

  private static void outside(ScopeRule rule, CheckFindings found) {
    String what =
        rule.capabilities().contains("sudo")
            ? "sudo"
            : rule.path().wildcard() ? "a wildcard" : "a right";
    found.fail(
        "outside-envelope",
        rule.capabilities().contains("sudo") ? Severity.CRITICAL : Severity.HIGH,
        what + " outside the tier's envelope: " + rule,
        rule.path().toString());
  }

  private static void cap(String field, Span asked, Span most, CheckFindings found) {
    if (asked.compareTo(most) > 0) {
      found.fail(
          "too-long",
          Severity.HIGH,
          field + " is " + asked + ", allowed is at most " + most,
          field);
    }
  }

  private static void difference(
      CheckContext context, ScopeView scope, boolean sharing, CheckFindings found) {
    Manifest old = context.predecessor();
    if (old == null) {
      found.note(
          "first-release", Severity.INFO, "there is no predecessor to compare with", "access");
      return;
    }
    ScopeView before;
    try {
      before = VaultPolicies.scope(context.predecessorPolicyBodies());
    } catch (IllegalArgumentException e) {
      found.note(
          "not-compared",
          Severity.MEDIUM,
          "the predecessor's policies are not understood",
          "access");
      return;
    }
    for (ScopeRule rule : before.notCovered(scope)) {
      found.note(
          "scope-widened",
          Severity.MEDIUM,
          "new against the predecessor: " + rule,
          "access.policies");
    }
    boolean shared =
        old.workload().identity().equals(context.manifest().workload().identity())
            && !scope.covers(before);
    if (shared) {
      String what =
          "until the cutover ends, the same workload also holds the predecessor's wider rights";
      if (sharing) {
        found.note("shared-at-cutover", Severity.LOW, what, "workload.identity");
      } else {
        found.fail("shared-at-cutover", Severity.HIGH, what, "workload.identity");
      }
    }
    List<Change> changes = ReleaseDiff.between(old, context.manifest(), before, scope);
    for (Change change : List.of(Change.TOOLS_WIDENED, Change.TTL_WIDENED, Change.SCOPE_NARROWED)) {
      if (changes.contains(change)) {
        found.note(
            change.toString(),
            change == Change.SCOPE_NARROWED ? Severity.INFO : Severity.MEDIUM,
            "against the predecessor: " + change,
            "access");
      }
    }
  }
}
