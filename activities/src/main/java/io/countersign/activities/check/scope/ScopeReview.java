package io.countersign.activities.check.scope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.scope.VaultPolicies;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.AccessDiff;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseDiff;
import io.countersign.release.ScopeRule;
import io.countersign.release.ScopeView;
import io.countersign.release.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * {@code security.scope-review}: what the selected Vault policies mean stays within the tier's
 * envelope. A wildcard or {@code sudo} is allowed only where the envelope itself has it, and some
 * paths nowhere. The difference to the predecessor is told, not judged: it selects the tier. So is
 * what else is live and reaches the same.
 *
 * <pre>
 * with:
 *   allow:
 *     - {path: kv/data/fraud/*, capabilities: [read, list]}
 *   sharedScope: refused        # optional: no release under an identity that has other access
 *   tools: {refund.lookup: [read]}   # optional: the tools that this tier allows
 * </pre>
 */
public final class ScopeReview implements Check {
  @Override
  public String name() {
    return "security.scope-review";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings = Settings.of(this, context, "allow", "sharedScope", "tools");
    ScopeView envelope = envelope(settings);
    ToolRights tools = ToolRights.of(settings, context.with().get("tools"));
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
    tools.look(access, found);
    ScopeView scope = scope(context, found);
    if (found.failed() && scope.rules().isEmpty()) {
      return found;
    }
    for (ScopeRule rule : envelope.notCovered(scope)) {
      outside(rule, found);
    }
    scope.rules().forEach(rule -> WidePaths.look(rule, found));
    long wildcards = scope.rules().stream().filter(rule -> rule.path().wildcard()).count();
    found.measure("paths", Integer.toString(scope.rules().size()));
    found.measure("wildcards", Long.toString(wildcards));
    found.measure("tokenTtl", access.tokenTtl().toString());
    found.measure("validity", access.validity().toString());
    difference(context, scope, sharing, found);
    new Neighbours(context, scope, sharing).look(found);
    return found;
  }

  /** Entries may have limits, written as in a policy: {@code allowed_parameters} and so on. */
  private static ScopeView envelope(Settings settings) {
    List<ScopeRule> rules = new ArrayList<>();
    JsonNode allow = settings.required("allow");
    for (JsonNode entry : allow) {
      if (!entry.isObject() || entry.has("policy")) {
        throw settings.refused("allow", "a list of paths with capabilities");
      }
      ObjectNode rule = entry.deepCopy();
      JsonNode path = rule.remove("path");
      try {
        rules.add(VaultPolicies.rule(path == null ? "" : path.asText(), rule));
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
      return VaultPolicies.together(rules);
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
    told(old, context.manifest(), before, scope, found);
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
  }

  /** In plain words: one line for each path, tool and span. */
  private static void told(
      Manifest old, Manifest now, ScopeView before, ScopeView scope, CheckFindings found) {
    AccessDiff gained = AccessDiff.gained(old, now, before, scope);
    AccessDiff lost = AccessDiff.lost(old, now, before, scope);
    lines("scope-widened", Severity.MEDIUM, gained.paths(), "access.policies", found);
    lines("tools-widened", Severity.MEDIUM, gained.tools(), "access.tools", found);
    lines("ttl-widened", Severity.MEDIUM, gained.spans(), "access", found);
    lines("scope-narrowed", Severity.INFO, lost.paths(), "access.policies", found);
    lines("tools-narrowed", Severity.INFO, lost.tools(), "access.tools", found);
    boolean fewer = ReleaseDiff.between(old, now, before, scope).contains(Change.SCOPE_NARROWED);
    if (fewer && lost.paths().isEmpty()) {
      lines(
          "scope-narrowed",
          Severity.INFO,
          List.of("selects fewer policies, which allow the same"),
          "access.policies",
          found);
    }
    if (!old.workload().identity().equals(now.workload().identity())) {
      lines(
          "identity-changed",
          Severity.MEDIUM,
          List.of("acts as " + now.workload().identity() + ", before " + old.workload().identity()),
          "workload.identity",
          found);
    }
  }

  private static void lines(
      String id, Severity severity, List<String> lines, String where, CheckFindings found) {
    lines.forEach(line -> found.note(id, severity, line, where));
  }
}
