package io.countersign.activities.check.scope;

import io.countersign.activities.check.CheckFindings;
import io.countersign.check.Severity;
import io.countersign.release.AccessDiff;
import io.countersign.release.PathPattern;
import io.countersign.release.ScopeRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Paths that no workload needs, whatever a tier allows: those that name no mount, Vault's own, and
 * those whose holder can give itself anything else. The lists follow the {@code x-vault-sudo} marks
 * of OpenBao 2.7.2's own OpenAPI document and Vault's documentation, "Policies", section "Root
 * protected API endpoints".
 */
final class WidePaths {
  private static final Set<String> OWN = Set.of("sys", "auth", "identity");

  private static final Set<String> WRITING =
      Set.of("create", "update", "patch", "delete", "sudo", "recover");

  private static final List<PathPattern> ROOT_PROTECTED =
      patterns(
          "auth/token/accessors*",
          "auth/token/create-orphan",
          "auth/token/revoke-orphan",
          "+/root",
          "+/root/sign-self-issued",
          "sys/audit*",
          "sys/auth/*",
          "sys/config/*",
          "sys/internal/inspect/*",
          "sys/leases",
          "sys/leases/lookup/*",
          "sys/leases/revoke-force/*",
          "sys/leases/revoke-prefix/*",
          "sys/plugins/*",
          "sys/raw*",
          "sys/remount*",
          "sys/replication/*",
          "sys/revoke-force/*",
          "sys/revoke-prefix/*",
          "sys/rotate*",
          "sys/seal",
          "sys/step-down",
          "sys/storage/*");

  /** Whoever may write here can write what they may do. */
  private static final List<PathPattern> RIGHTS =
      patterns(
          "sys/policy/*",
          "sys/policies/*",
          "sys/mounts*",
          "sys/auth*",
          "sys/namespaces*",
          "sys/generate-root/*",
          "sys/raw*",
          "identity/*",
          "auth/token/create*",
          "auth/token/roles/*");

  private WidePaths() {}

  private static List<PathPattern> patterns(String... texts) {
    return Stream.of(texts).map(PathPattern::new).toList();
  }

  static void look(ScopeRule rule, CheckFindings found) {
    if (rule.denies()) {
      return;
    }
    String text = rule.path().text();
    String mount = text.contains("/") ? text.substring(0, text.indexOf('/')) : text;
    boolean anyMount = mount.equals("+") || mount.endsWith("*");
    if (anyMount) {
      fail("too-wide", "names no mount", rule, found);
    } else if (OWN.contains(mount) && rule.path().wildcard()) {
      fail("too-wide", "is many paths of Vault's own below " + mount + "/", rule, found);
    } else if (text.equals(mount + "/*")) {
      found.note(
          "whole-mount",
          Severity.MEDIUM,
          "the policies may " + AccessDiff.words(rule) + ", which is a whole mount",
          text);
    }
    if (rule.capabilities().contains("sudo") && overlaps(rule, ROOT_PROTECTED)) {
      fail("root-protected", "has sudo where Vault asks for root", rule, found);
    }
    if (rule.capabilities().stream().anyMatch(WRITING::contains) && writesRights(rule)) {
      fail("writes-rights", "lets its holder give itself other rights", rule, found);
    }
  }

  /** Roles of any login method give the rights that they name. */
  private static boolean writesRights(ScopeRule rule) {
    String text = rule.path().text();
    boolean login = text.endsWith("/login") || text.startsWith("auth/token/");
    return overlaps(rule, RIGHTS) || (text.startsWith("auth/") && !login);
  }

  private static boolean overlaps(ScopeRule rule, List<PathPattern> patterns) {
    return patterns.stream().anyMatch(pattern -> pattern.overlaps(rule.path()));
  }

  private static void fail(String id, String why, ScopeRule rule, CheckFindings found) {
    found.fail(
        id,
        Severity.CRITICAL,
        "a policy that may " + AccessDiff.words(rule) + " " + why,
        rule.path().toString());
  }
}
