package io.countersign.activities.check.risk;

import io.countersign.activities.check.CheckContext;
import io.countersign.activities.scope.VaultPolicies;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Manifest;
import io.countersign.release.Manifest.Tool;
import io.countersign.release.PathPattern;
import io.countersign.release.ScopeRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How much harm there would be: by who is exposed, by how freely the system acts, by the data that
 * it and its suppliers see, and by whether it may change anything. A word that the policy does not
 * rate counts as the highest level.
 */
final class Impact {
  /**
   * Capabilities of a Vault policy that change something. Source: Vault documentation, "Policies".
   */
  static final Set<String> WRITING =
      Set.of("create", "update", "patch", "delete", "sudo", "recover");

  /** Permissions of a tool that change nothing, by their usual words. */
  static final Set<String> READING = Set.of("read", "list", "get", "lookup", "search", "view");

  private Impact() {}

  static List<Driver> drivers(CheckContext context, ImpactRatings ratings) {
    Manifest manifest = context.manifest();
    Manifest.Profile profile = manifest.profile();
    List<Driver> drivers = new ArrayList<>();
    drivers.add(rated("exposure", profile.exposure(), ratings.exposure(), "profile.exposure"));
    drivers.add(rated("autonomy", profile.autonomy(), ratings.autonomy(), "profile.autonomy"));
    Set<String> classes = new TreeSet<>(profile.dataClasses());
    List<Manifest.Dependency> dependencies = manifest.dependencies();
    if (dependencies != null) {
      dependencies.forEach(
          dependency -> {
            if (dependency.dataClasses() != null) {
              classes.addAll(dependency.dataClasses());
            }
          });
    }
    for (String data : classes) {
      drivers.add(rated("data of class", data, ratings.dataClasses(), "profile.dataClasses"));
    }
    if (writes(context)) {
      drivers.add(new Driver(ratings.writes(), "it may change something, not only read", "access"));
    }
    return drivers;
  }

  private static Driver rated(String what, String word, Map<String, Level> ratings, String where) {
    @Nullable Level level = ratings.get(word);
    return level == null
        ? new Driver(
            Level.VERY_HIGH, what + " " + word + ", which the gate policy does not rate", where)
        : new Driver(level, what + " " + word, where);
  }

  /** Whether scope or tools can change something. */
  static boolean writes(CheckContext context) {
    return rules(context).stream()
            .anyMatch(rule -> rule.capabilities().stream().anyMatch(WRITING::contains))
        || tools(context.manifest()).stream()
            .anyMatch(tool -> !READING.containsAll(tool.permissions()));
  }

  static List<Tool> tools(Manifest manifest) {
    List<Tool> tools = manifest.access().tools();
    return tools == null ? List.of() : tools;
  }

  /** What the selected Vault policies allow; CHECK_BROKEN when that cannot be told. */
  static List<ScopeRule> rules(CheckContext context) {
    if (!context.policyBodies().keySet().containsAll(context.manifest().access().policies())) {
      throw new GateException(
          FailureType.CHECK_BROKEN, "the texts of the selected policies were not read");
    }
    try {
      return VaultPolicies.scope(context.policyBodies()).rules();
    } catch (IllegalArgumentException e) {
      // The scope review fails on such a policy with its reason; here it counts as the widest.
      return List.of(new ScopeRule(new PathPattern("*"), List.of("sudo"), new TreeMap<>()));
    }
  }
}
