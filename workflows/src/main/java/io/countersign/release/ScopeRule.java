package io.countersign.release;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one path of a Vault policy allows.
 *
 * @param capabilities sorted; {@code deny} stands alone, because it wins over all others
 * @param limits what narrows the capabilities further (parameters, wrapping), by name, in canonical
 *     form; equal limits have equal text
 */
public record ScopeRule(
    PathPattern path, List<String> capabilities, SortedMap<String, String> limits) {
  private static final int PATH_LIMIT = 1024;
  private static final Set<String> KNOWN =
      Set.of(
          "create",
          "read",
          "update",
          "delete",
          "list",
          "patch",
          "sudo",
          "deny",
          "subscribe",
          "recover",
          "scan");

  public ScopeRule {
    if (path.text().length() > PATH_LIMIT) {
      throw new IllegalArgumentException("path: found more than " + PATH_LIMIT + " characters");
    }
    for (String capability : capabilities) {
      if (!KNOWN.contains(capability)) {
        throw new IllegalArgumentException("capabilities: found an unknown one at " + path);
      }
    }
    if (capabilities.isEmpty()) {
      throw new IllegalArgumentException("capabilities: found none at " + path);
    }
    capabilities =
        capabilities.contains("deny")
            ? List.of("deny")
            : capabilities.stream().sorted().distinct().toList();
    limits = new TreeMap<>(limits);
  }

  /** Nothing at all is allowed. */
  public boolean denies() {
    return capabilities.contains("deny");
  }

  /** Whether this allows, where both apply, everything that the other allows. */
  boolean allowsAllOf(ScopeRule other) {
    return other.denies()
        || !denies()
            && capabilities.containsAll(other.capabilities)
            && ScopeLimits.leaveAllOf(limits, other.limits);
  }

  @Override
  public String toString() {
    return path + " " + capabilities + (limits.isEmpty() ? "" : " " + limits.keySet());
  }
}
