package io.countersign.release;

import java.util.ArrayList;
import java.util.List;

/**
 * How a server finds the rule that decides about a path. A list is special: it is always of a
 * folder {@code x/}, rules for {@code x} can decide it too, and the two servers differ in what they
 * try first. What is covered must be covered on both. Source: the order of look-ups in {@code
 * vault/acl.go}, function {@code AllowOperation}, of OpenBao 2.7 and HashiCorp Vault 1.21;
 * OpenBao's was tried on a real server.
 */
enum ScopeReading {
  /** Every operation but a list: the path as it stands. */
  PLAIN,
  /** A list on OpenBao: patterns for {@code x/} before patterns for {@code x}. */
  LIST_AS_ASKED_FIRST,
  /** A list on HashiCorp Vault: patterns for {@code x} before patterns for {@code x/}. */
  LIST_TRIMMED_FIRST;

  private static final List<String> LISTS = List.of("list", "scan");

  /**
   * A rule in one of its two roles.
   *
   * @param trimmed whether it is matched with {@code x} when {@code x/} is listed
   */
  record Candidate(ScopeRule rule, boolean trimmed) {
    private PathPattern path() {
      return rule.path();
    }

    /** Whether this matches whenever the other does. */
    boolean covers(Candidate other) {
      if (trimmed == other.trimmed) {
        return path().covers(other.path());
      }
      if (!trimmed) {
        return path().covers(other.path().prefix() ? other.path() : slashed(other.path()));
      }
      String text = other.path().text();
      if (other.path().prefix()) {
        return path().covers(other.path())
            && (!text.endsWith("/*") || path().covers(cut(text, "/*")));
      }
      return path().covers(cut(text, text.endsWith("/") ? "/" : "/+"));
    }

    /** Whether both may match at once. */
    boolean overlaps(Candidate other) {
      if (trimmed == other.trimmed) {
        return path().overlaps(other.path());
      }
      PathPattern bare = trimmed ? path() : other.path();
      PathPattern full = trimmed ? other.path() : path();
      return (bare.prefix() ? bare : slashed(bare)).overlaps(full);
    }

    /** Whether it can match a folder; a {@code +} matches an empty name too. */
    private boolean listable() {
      return trimmed || path().prefix() || path().text().matches("(?s).*(/|/\\+)");
    }

    private static PathPattern slashed(PathPattern path) {
      return new PathPattern(path.text() + "/");
    }

    private static PathPattern cut(String text, String end) {
      return new PathPattern(text.substring(0, text.length() - end.length()));
    }
  }

  /** The part of a rule that this reading is about, in each of its roles; empty for none. */
  List<Candidate> asked(ScopeRule rule) {
    List<String> part =
        rule.capabilities().stream()
            .filter(capability -> LISTS.contains(capability) != (this == PLAIN))
            .toList();
    return part.isEmpty()
        ? List.of()
        : roles(new ScopeRule(rule.path(), part, rule.limits())).stream()
            .filter(candidate -> this == PLAIN || candidate.listable())
            .toList();
  }

  /** All rules in each of their roles. */
  List<Candidate> candidates(List<ScopeRule> rules) {
    List<Candidate> all = new ArrayList<>();
    rules.forEach(rule -> all.addAll(roles(rule)));
    return all;
  }

  private List<Candidate> roles(ScopeRule rule) {
    return this == PLAIN
        ? List.of(new Candidate(rule, false))
        : List.of(new Candidate(rule, false), new Candidate(rule, true));
  }

  /** Whether the first decides before the second where both match. */
  boolean precedes(Candidate first, Candidate second) {
    int order = Integer.compare(turn(first), turn(second));
    return order == 0 ? first.path().compareTo(second.path()) > 0 : order > 0;
  }

  private int turn(Candidate candidate) {
    if (this == PLAIN) {
      return 0;
    }
    if (!candidate.path().wildcard()) {
      return candidate.trimmed() ? 2 : 3;
    }
    return candidate.trimmed() == (this == LIST_TRIMMED_FIRST) ? 1 : 0;
  }
}
