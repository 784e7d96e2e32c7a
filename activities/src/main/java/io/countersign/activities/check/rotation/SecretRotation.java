package io.countersign.activities.check.rotation;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.port.KeyValueSecrets;
import io.countersign.activities.port.KeyValueSecrets.Engine;
import io.countersign.activities.port.KeyValueSecrets.Secret;
import io.countersign.activities.scope.VaultPolicies;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.PathPattern;
import io.countersign.release.ScopeView;
import io.countersign.release.Span;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code security.secret-rotation}: every static secret that the scope can read was changed since
 * the predecessor went live, or is younger than the tier allows. Dynamic secrets are made for one
 * login and pass by construction. A readable path of which the gate policy does not say what it
 * holds fails.
 *
 * <pre>
 * with:
 *   maxAge: 90d
 *   versionOne: refused         # optional: key-value version 1 keeps no times; or noted
 *   notSecrets: [transit/keys/*]  # optional: readable paths of other engines
 * </pre>
 */
public final class SecretRotation implements Check {
  private static final Duration CLOCKS = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "security.secret-rotation";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings = Settings.of(this, context, "maxAge", "versionOne", "notSecrets");
    Span maxAge = settings.span("maxAge");
    boolean versionOne = settings.oneOf("versionOne", "refused", "noted").equals("noted");
    List<PathPattern> notSecrets = patterns(settings);
    CheckFindings found = new CheckFindings();
    ScopeView view;
    try {
      view = scope(context);
    } catch (IllegalArgumentException e) {
      return found.fail(
          "not-understood", Severity.CRITICAL, String.valueOf(e.getMessage()), "access.policies");
    }
    StaticScope scope = new StaticScope(view, context.system(), notSecrets);
    for (PathPattern path : scope.undeclared()) {
      found.fail(
          "not-declared",
          Severity.HIGH,
          "readable, and the gate policy does not say whether secrets are there: list it under"
              + " staticSecrets, dynamicSecrets or notSecrets",
          path.text());
    }
    for (PathPattern path : scope.unwatched()) {
      found.fail(
          "not-watched",
          Severity.HIGH,
          "readable, and not among the paths whose age the gate may see (staticSecrets)",
          path.text());
    }
    for (PathPattern path : scope.versionOne()) {
      String what = "key-value version 1 keeps no times: nobody can say when it was rotated";
      if (versionOne) {
        found.note("no-times", Severity.MEDIUM, what, path.text());
      } else {
        found.fail("no-times", Severity.HIGH, what, path.text());
      }
    }
    SortedMap<String, Secret> secrets = look(context, scope, found);
    judge(context, secrets, maxAge, found);
    found.measure("secrets.static", Integer.toString(secrets.size()));
    found.measure("secrets.dynamicPaths", Integer.toString(scope.dynamic()));
    // The same secrets in the same versions give the same review; a rotation shows in it.
    found.measure("secrets.versions", versions(secrets).toString());
    return found;
  }

  private static List<PathPattern> patterns(Settings settings) {
    List<String> words = settings.words("notSecrets");
    try {
      return words == null ? List.of() : words.stream().map(PathPattern::new).toList();
    } catch (IllegalArgumentException e) {
      throw settings.refused("notSecrets", "a list of paths: " + e.getMessage());
    }
  }

  private static ScopeView scope(CheckContext context) {
    SortedMap<String, String> bodies = context.policyBodies();
    if (!bodies.keySet().containsAll(context.manifest().access().policies())) {
      throw new GateException(
          FailureType.CHECK_BROKEN, "the texts of the selected policies were not read");
    }
    return VaultPolicies.scope(bodies);
  }

  private static SortedMap<String, Secret> look(
      CheckContext context, StaticScope scope, CheckFindings found) {
    KeyValueSecrets vault = context.world().lookouts().keyValue();
    SortedMap<String, Secret> secrets = new TreeMap<>();
    for (Map.Entry<String, List<PathPattern>> mount : scope.versionTwo().entrySet()) {
      if (!holdsVersionTwo(vault, mount.getKey(), found)) {
        continue;
      }
      for (PathPattern pattern : mount.getValue()) {
        List<Secret> matching =
            vault.secrets(mount.getKey(), pattern, context.progress()).stream()
                .filter(secret -> scope.canRead(mount.getKey() + "/data/" + secret.path()))
                .toList();
        matching.forEach(secret -> secrets.put(mount.getKey() + "/" + secret.path(), secret));
        if (matching.isEmpty()) {
          found.note(
              "no-secret",
              Severity.LOW,
              "the scope can read it, and there is no secret",
              mount.getKey() + "/" + pattern);
        }
      }
    }
    return secrets;
  }

  /** Below a mount of another kind, what looks like metadata could be anything. */
  private static boolean holdsVersionTwo(KeyValueSecrets vault, String mount, CheckFindings found) {
    Optional<Engine> engine = vault.engine(mount);
    if (engine.isEmpty()) {
      found.fail("no-engine", Severity.HIGH, "nothing is mounted there", mount);
      return false;
    }
    if (!engine.get().equals(new Engine("kv", "2"))) {
      found.fail(
          "other-engine",
          Severity.HIGH,
          "the gate policy says key-value version 2, Vault has "
              + engine.get().type()
              + " "
              + engine.get().version(),
          mount);
      return false;
    }
    return true;
  }

  private static void judge(
      CheckContext context, SortedMap<String, Secret> secrets, Span maxAge, CheckFindings found) {
    Instant now = context.world().now();
    Optional<Instant> live = context.world().predecessorLiveAt();
    secrets.forEach(
        (path, secret) -> {
          Instant changed = secret.changedAt();
          if (changed == null && secret.version() == 0) {
            found.note("no-version", Severity.LOW, "it never held anything", path);
          } else if (changed == null || !secret.readable()) {
            found.fail(
                "version-gone",
                Severity.MEDIUM,
                "its current version is deleted, and older ones may still be readable",
                path);
          } else if (changed.isAfter(now.plus(CLOCKS))) {
            found.fail("from-the-future", Severity.HIGH, "Vault says it is not made yet", path);
          } else if (changed.isBefore(now.minus(maxAge.duration()))
              && (live.isEmpty() || changed.isBefore(live.get()))) {
            found.fail(
                "not-rotated",
                Severity.HIGH,
                "not changed for longer than "
                    + maxAge
                    + (live.isEmpty() ? "" : ", and not since the predecessor went live"),
                path);
          }
        });
  }

  private static Digest versions(SortedMap<String, Secret> secrets) {
    List<String> lines = new ArrayList<>();
    secrets.forEach(
        (path, secret) ->
            lines.add(path + " " + secret.version() + " " + secret.changedAt() + "\n"));
    return Digest.of(String.join("", lines).getBytes(StandardCharsets.UTF_8));
  }
}
