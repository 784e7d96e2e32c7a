package io.countersign.activities.check.rotation;

import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.policy.StaticSecrets;
import io.countersign.release.PathPattern;
import io.countersign.release.ScopeRule;
import io.countersign.release.ScopeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the scope can read, by what the gate policy says lies there: static secrets by mount,
 * dynamic ones, what is known to hold none, and what nobody declared.
 */
final class StaticScope {
  /** Where no secrets engine can be mounted. */
  private static final List<String> NO_ENGINE = List.of("sys/", "auth/", "identity/", "cubbyhole/");

  private final ScopeView scope;
  private final SystemPolicy system;
  private final List<PathPattern> notSecrets;
  private final SortedMap<String, TreeSet<PathPattern>> versionTwo = new TreeMap<>();
  private final TreeSet<PathPattern> versionOne = new TreeSet<>(BY_TEXT);
  private final TreeSet<PathPattern> unwatched = new TreeSet<>(BY_TEXT);
  private final TreeSet<PathPattern> undeclared = new TreeSet<>(BY_TEXT);
  private int dynamic;

  private static final Comparator<PathPattern> BY_TEXT = Comparator.comparing(PathPattern::text);

  StaticScope(ScopeView scope, SystemPolicy system, List<PathPattern> notSecrets) {
    this.scope = scope;
    this.system = system;
    this.notSecrets = notSecrets;
    scope.rules().stream().filter(StaticScope::reads).map(ScopeRule::path).forEach(this::sort);
  }

  private static boolean reads(ScopeRule rule) {
    return rule.capabilities().contains("read");
  }

  private void sort(PathPattern path) {
    boolean known = false;
    for (StaticSecrets secrets : system.staticSecrets()) {
      PathPattern below = new PathPattern(secrets.mount() + "/*");
      if (below.overlaps(path)) {
        known |= below.covers(path);
        inMount(secrets, path);
      }
    }
    if (!known && isDynamic(path)) {
      dynamic++;
      known = true;
    }
    if (!known
        && NO_ENGINE.stream().noneMatch(prefix -> path.text().startsWith(prefix))
        && notSecrets.stream().noneMatch(pattern -> pattern.covers(path))) {
      undeclared.add(path);
    }
  }

  private void inMount(StaticSecrets secrets, PathPattern path) {
    if (secrets.version() == 1) {
      versionOne.add(path);
      return;
    }
    String data = secrets.mount() + "/data/";
    PathPattern below = new PathPattern(data + "*");
    if (below.overlaps(path)) {
      // A pattern that begins above the data reaches all of it.
      PathPattern within =
          path.text().startsWith(data) && path.text().length() > data.length()
              ? new PathPattern(path.text().substring(data.length()))
              : new PathPattern("*");
      if (secrets.cover(within)) {
        versionTwo.computeIfAbsent(secrets.mount(), none -> new TreeSet<>(BY_TEXT)).add(within);
      } else {
        unwatched.add(path);
      }
    }
  }

  private boolean isDynamic(PathPattern path) {
    return system.dynamicSecrets().stream()
        .anyMatch(
            prefix -> path.text().equals(prefix) || new PathPattern(prefix + "/*").covers(path));
  }

  /** Whether the rule that decides about this one path allows to read it. */
  boolean canRead(String path) {
    return scope.rules().stream()
        .filter(rule -> rule.path().matches(path))
        .max(Comparator.comparing(ScopeRule::path))
        .map(StaticScope::reads)
        .orElse(false);
  }

  /** Patterns below the mounts of version 2, by mount, that the gate may look at. */
  SortedMap<String, List<PathPattern>> versionTwo() {
    SortedMap<String, List<PathPattern>> copy = new TreeMap<>();
    versionTwo.forEach((mount, patterns) -> copy.put(mount, new ArrayList<>(patterns)));
    return copy;
  }

  List<PathPattern> versionOne() {
    return List.copyOf(versionOne);
  }

  /** Readable in a mount of version 2, and not among the paths that the gate may look at. */
  List<PathPattern> unwatched() {
    return List.copyOf(unwatched);
  }

  /** Readable, and nobody said what is there. */
  List<PathPattern> undeclared() {
    return List.copyOf(undeclared);
  }

  int dynamic() {
    return dynamic;
  }
}
