package io.countersign.activities.tier;

import io.countersign.activities.scope.VaultPolicies;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The values of {@link RuleTypes} for one release. What a manifest leaves out is empty. */
final class RuleFacts {
  private RuleFacts() {}

  /**
   * @param policies the bodies of the Vault policies in scope; a rule that asks for the scope
   *     cannot be evaluated when one of them is not understood
   */
  static Map<String, Object> of(
      Manifest manifest, List<Change> changes, SortedMap<String, String> policies) {
    Map<String, Object> facts = new TreeMap<>();
    facts.put("release", release(manifest));
    facts.put(
        "diff",
        Map.of(
            "first",
            changes.contains(Change.FIRST_RELEASE),
            "changes",
            changes.stream().map(Change::toString).toList()));
    try {
      facts.put("scope", scope(policies));
    } catch (IllegalArgumentException notUnderstood) {
      // Left out: a rule that asks for it cannot be told, and that counts as the graver answer.
    }
    return facts;
  }

  private static List<Map<String, Object>> scope(SortedMap<String, String> policies) {
    return VaultPolicies.scope(policies).rules().stream()
        .filter(rule -> !rule.denies())
        .map(
            rule ->
                Map.<String, Object>of(
                    "path", rule.path().text(),
                    "capabilities", rule.capabilities(),
                    "wildcard", rule.path().wildcard()))
        .toList();
  }

  private static Map<String, Object> release(Manifest manifest) {
    Manifest.Metadata metadata = manifest.metadata();
    Manifest.Profile profile = manifest.profile();
    Manifest.Workload workload = manifest.workload();
    Manifest.Rollback rollback = manifest.rollback();
    return Map.of(
        "metadata",
        Map.of(
            "system", metadata.system(),
            "version", metadata.version(),
            "environment", metadata.environment(),
            "owner", metadata.owner(),
            "change", text(metadata.change()),
            "contributors", listed(metadata.contributors())),
        "subjects",
        subjects(manifest),
        "workload",
        Map.of(
            "identity", workload.identity(),
            "image", workload.image(),
            "issuer", workload.issuer()),
        "access",
        access(manifest.access()),
        "dependencies",
        listed(manifest.dependencies()).stream().map(RuleFacts::dependency).toList(),
        "profile",
        Map.of(
            "exposure", profile.exposure(),
            "autonomy", profile.autonomy(),
            "dataClasses", profile.dataClasses(),
            "intendedUse", profile.intendedUse(),
            "impact", profile.impact()),
        "rollbackTo",
        rollback == null ? "" : rollback.to());
  }

  private static Map<String, Object> subjects(Manifest manifest) {
    Map<String, Object> subjects = new TreeMap<>();
    for (Manifest.Named named : manifest.subjects().named()) {
      Digest digest = named.subject().digest();
      subjects.put(
          named.name(),
          Map.of(
              "uri", named.subject().uri(),
              "digest", digest == null ? "" : digest.toString(),
              "contributors", listed(named.subject().contributors())));
    }
    return subjects;
  }

  private static Map<String, Object> access(Manifest.Access access) {
    return Map.of(
        "policies",
        access.policies(),
        "tools",
        listed(access.tools()).stream()
            .map(
                tool ->
                    Map.<String, Object>of("name", tool.name(), "permissions", tool.permissions()))
            .toList(),
        "tokenTtl",
        access.tokenTtl().duration(),
        "validity",
        access.validity().duration());
  }

  private static Map<String, Object> dependency(Manifest.Dependency dependency) {
    return Map.of(
        "name", dependency.name(),
        "kind", dependency.kind(),
        "endpoint", text(dependency.endpoint()),
        "owner", dependency.owner(),
        "dataClasses", listed(dependency.dataClasses()));
  }

  private static String text(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }

  private static <T> List<T> listed(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
