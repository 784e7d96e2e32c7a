package io.countersign.release;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a set of Vault policies allows together: one rule for each path pattern. The capabilities of
 * equal patterns are joined and {@code deny} wins; for a path that several patterns match, the one
 * of the highest priority decides alone.
 */
public record ScopeView(List<ScopeRule> rules) {
  public ScopeView {
    Map<PathPattern, ScopeRule> joined = new TreeMap<>();
    rules.forEach(rule -> joined.merge(rule.path(), rule, ScopeView::join));
    rules = List.copyOf(joined.values());
  }

  /** Nothing is allowed. */
  public static ScopeView empty() {
    return new ScopeView(List.of());
  }

  private static ScopeRule join(ScopeRule a, ScopeRule b) {
    if (a.denies() || b.denies()) {
      return a.denies() ? a : b;
    }
    if (!a.limits().equals(b.limits())) {
      throw new IllegalArgumentException(
          "scope: found " + a.path() + " twice with different limits, allowed is once");
    }
    TreeSet<String> both = new TreeSet<>(a.capabilities());
    both.addAll(b.capabilities());
    return new ScopeRule(a.path(), List.copyOf(both), a.limits());
  }

  /** Whether everything that {@code later} allows is allowed by this. When in doubt, it is not. */
  public boolean covers(ScopeView later) {
    return notCovered(later).isEmpty();
  }

  /**
   * The rules of {@code later} that may allow something that this does not, lowest priority first.
   *
   * <p>A rule is covered when a rule of this covers its paths and capabilities, and whatever could
   * decide one of these paths in its stead, here, allows as much or still takes precedence there.
   */
  public List<ScopeRule> notCovered(ScopeView later) {
    List<ScopeRule> open = new ArrayList<>();
    for (ScopeRule rule : later.rules) {
      if (!rule.denies() && !allows(rule, later)) {
        open.add(rule);
      }
    }
    open.sort(Comparator.comparing(ScopeRule::path));
    return open;
  }

  private boolean allows(ScopeRule asked, ScopeView later) {
    return rules.stream()
        .filter(rule -> rule.allowsAllOf(asked) && reaches(rule.path(), asked))
        .anyMatch(
            base ->
                rules.stream()
                    .filter(rule -> touches(rule.path(), asked))
                    .filter(rule -> rule.path().compareTo(base.path()) > 0)
                    .allMatch(rule -> rule.allowsAllOf(asked) || later.keeps(rule, asked)));
  }

  /** Vault takes a list of {@code x/} for {@code x} as well. */
  private static boolean reaches(PathPattern path, ScopeRule asked) {
    return path.covers(asked.path())
        && (path.equals(asked.path()) || !listsBoth(asked) || path.covers(slashed(asked.path())));
  }

  private static boolean touches(PathPattern path, ScopeRule asked) {
    return path.overlaps(asked.path())
        || (listsBoth(asked) && path.overlaps(slashed(asked.path())))
        || (lists(asked) && isPlain(path) && slashed(path).overlaps(asked.path()));
  }

  private static boolean listsBoth(ScopeRule asked) {
    return lists(asked) && isPlain(asked.path());
  }

  private static boolean lists(ScopeRule asked) {
    return asked.capabilities().contains("list") || asked.capabilities().contains("scan");
  }

  private static boolean isPlain(PathPattern path) {
    return !path.prefix() && !path.text().endsWith("/");
  }

  private static PathPattern slashed(PathPattern path) {
    return new PathPattern(path.text() + "/");
  }

  private boolean keeps(ScopeRule stricter, ScopeRule asked) {
    return stricter.path().compareTo(asked.path()) > 0
        && rules.stream()
            .anyMatch(rule -> rule.path().equals(stricter.path()) && stricter.allowsAllOf(rule));
  }
}
