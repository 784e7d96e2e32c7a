package io.countersign.release;

import io.countersign.release.ScopeReading.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
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
   * decide one of these paths in its stead, here, allows as much or still takes precedence there;
   * in every reading of a server.
   */
  public List<ScopeRule> notCovered(ScopeView later) {
    List<ScopeRule> open = new ArrayList<>();
    for (ScopeRule rule : later.rules) {
      if (!covers(rule, later)) {
        open.add(rule);
      }
    }
    open.sort(Comparator.comparing(ScopeRule::path));
    return open;
  }

  /**
   * What {@code later} may allow beyond this: its rules with only those capabilities that are not
   * covered, in the order of their paths.
   */
  public List<ScopeRule> gained(ScopeView later) {
    List<ScopeRule> gained = new ArrayList<>();
    for (ScopeRule rule : notCovered(later)) {
      List<String> open =
          rule.capabilities().stream()
              .filter(
                  one -> !covers(new ScopeRule(rule.path(), List.of(one), rule.limits()), later))
              .toList();
      gained.add(open.isEmpty() ? rule : new ScopeRule(rule.path(), open, rule.limits()));
    }
    gained.sort(Comparator.comparing(rule -> rule.path().text()));
    return gained;
  }

  private boolean covers(ScopeRule rule, ScopeView later) {
    return rule.denies()
        || Arrays.stream(ScopeReading.values())
            .allMatch(
                reading ->
                    reading.asked(rule).stream().allMatch(asked -> allows(asked, later, reading)));
  }

  private boolean allows(Candidate asked, ScopeView later, ScopeReading reading) {
    List<Candidate> touching =
        reading.candidates(rules).stream().filter(mine -> mine.overlaps(asked)).toList();
    return touching.stream()
        .filter(base -> base.rule().allowsAllOf(asked.rule()) && base.covers(asked))
        .anyMatch(
            base ->
                touching.stream()
                    .filter(other -> reading.precedes(other, base))
                    .allMatch(
                        other ->
                            other.rule().allowsAllOf(asked.rule())
                                || reading.precedes(other, asked) && later.has(other.rule())));
  }

  /** A rule of the same paths decides in its stead there, and is asked about by itself. */
  private boolean has(ScopeRule other) {
    return rules.stream().anyMatch(rule -> rule.path().equals(other.path()));
  }
}
