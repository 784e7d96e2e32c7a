package io.countersign.release;

import java.util.Arrays;
import java.util.List;

/**
 * A path of a Vault policy, as Vault matches it: exact, with {@code +} for any one segment, with
 * {@code *} at the end for any rest. Source: Vault documentation, "Policies", section "Policy
 * syntax" (wildcards and priority matching).
 *
 * <p>Refused: a {@code *} elsewhere and a {@code +} beside other characters of its segment, which
 * Vault takes as ordinary characters and people do not; templates; characters that are not
 * printable ASCII.
 */
public record PathPattern(String text) implements Comparable<PathPattern> {
  private static final int LIMIT = 2048;

  public PathPattern {
    text = text.startsWith("/") ? text.substring(1) : text;
    boolean printable = text.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (text.isEmpty() || text.length() > LIMIT || !printable) {
      throw refused(text, "1 to " + LIMIT + " printable ASCII characters");
    }
    int star = text.indexOf('*');
    if (star >= 0 && star != text.length() - 1) {
      throw refused(text, "'*' only at the end");
    }
    String body = star < 0 ? text : text.substring(0, star);
    boolean lone =
        Arrays.stream(body.split("/", -1)).allMatch(s -> !s.contains("+") || s.equals("+"));
    if (!lone || body.endsWith("+") && star >= 0) {
      throw refused(text, "'+' only as a whole segment");
    }
    if (text.contains("{{")) {
      throw refused(text, "a path without templates: what they expand to is not known here");
    }
  }

  private static IllegalArgumentException refused(String text, String allowed) {
    String shown = text.replaceAll("[^ -~]", "?");
    return new IllegalArgumentException(
        "path: found '"
            + shown.substring(0, Math.min(80, shown.length()))
            + "', allowed is "
            + allowed);
  }

  /** Whether it ends in {@code *}. */
  public boolean prefix() {
    return text.endsWith("*");
  }

  /** Whether it matches more than one path. */
  public boolean wildcard() {
    return prefix() || Arrays.asList(text.split("/", -1)).contains("+");
  }

  /** Whether it matches this path. */
  public boolean matches(String path) {
    return matches(segments(), 0, Arrays.asList(path.split("/", -1)));
  }

  private boolean matches(List<String> mine, int at, List<String> path) {
    for (int i = at; i < mine.size(); i++) {
      boolean last = i == mine.size() - 1;
      if (i >= path.size()) {
        return false;
      }
      if (last && prefix()) {
        return path.get(i).startsWith(stem(mine.get(i)));
      }
      if (!mine.get(i).equals("+") && !mine.get(i).equals(path.get(i))) {
        return false;
      }
    }
    return path.size() == mine.size();
  }

  /** Whether every path that {@code other} matches is matched by this one. */
  public boolean covers(PathPattern other) {
    List<String> a = segments();
    List<String> b = other.segments();
    for (int i = 0; i < a.size(); i++) {
      boolean rest = i == a.size() - 1 && prefix();
      boolean otherRest = i == b.size() - 1 && other.prefix();
      if (i >= b.size()) {
        return false;
      }
      if (rest) {
        return coversRest(stem(a.get(i)), b.get(i), otherRest);
      }
      if (otherRest || !a.get(i).equals("+") && !a.get(i).equals(b.get(i))) {
        return false;
      }
    }
    return a.size() == b.size();
  }

  private static boolean coversRest(String stem, String segment, boolean rest) {
    if (rest) {
      return stem(segment).startsWith(stem);
    }
    return stem.isEmpty() || !segment.equals("+") && segment.startsWith(stem);
  }

  /** Whether some path is matched by both. */
  public boolean overlaps(PathPattern other) {
    List<String> a = segments();
    List<String> b = other.segments();
    for (int i = 0; ; i++) {
      if (i >= a.size() || i >= b.size()) {
        return a.size() == b.size();
      }
      boolean rest = i == a.size() - 1 && prefix();
      boolean otherRest = i == b.size() - 1 && other.prefix();
      String x = a.get(i);
      String y = b.get(i);
      if (rest && otherRest) {
        return stem(x).startsWith(stem(y)) || stem(y).startsWith(stem(x));
      }
      if (rest) {
        return y.equals("+") || y.startsWith(stem(x));
      }
      if (otherRest) {
        return x.equals("+") || x.startsWith(stem(y));
      }
      if (!x.equals("+") && !y.equals("+") && !x.equals(y)) {
        return false;
      }
    }
  }

  private List<String> segments() {
    return Arrays.asList(text.split("/", -1));
  }

  private static String stem(String segment) {
    return segment.substring(0, segment.length() - 1);
  }

  /** Vault's priority: the greater of two patterns decides a path that both match. */
  @Override
  public int compareTo(PathPattern other) {
    if (wildcard() != other.wildcard()) {
      return wildcard() ? -1 : 1;
    }
    int order = Integer.compare(firstWildcard(), other.firstWildcard());
    if (order == 0) {
      order = Boolean.compare(other.prefix(), prefix());
    }
    if (order == 0) {
      order = Long.compare(other.pluses(), pluses());
    }
    if (order == 0) {
      order = Integer.compare(text.length(), other.text.length());
    }
    return order == 0 ? text.compareTo(other.text) : order;
  }

  private int firstWildcard() {
    int at = 0;
    for (String segment : segments()) {
      if (segment.equals("+")) {
        return at;
      }
      at += segment.length() + 1;
    }
    return prefix() ? text.length() - 1 : Integer.MAX_VALUE;
  }

  private long pluses() {
    return segments().stream().filter("+"::equals).count();
  }

  @Override
  public String toString() {
    return text;
  }
}
