package io.countersign.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeViewTests {
  private static final List<String> PATHS = paths();

  private static List<String> paths() {
    List<String> paths = new ArrayList<>();
    List<String> parts = List.of("", "a", "b", "ab", "abc");
    for (String x : parts) {
      paths.add(x);
      for (String y : parts) {
        paths.add(x + "/" + y);
        parts.forEach(z -> paths.add(x + "/" + y + "/" + z));
      }
    }
    return paths;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a*b",
        "*a",
        "a/+b",
        "a/b+/c",
        "a/+*",
        "{{identity.entity.id}}/x",
        "a\nb",
        "é"
      })
  void refusesPatternsThatPeopleAndVaultReadDifferently(String text) {
    assertThatThrownBy(() -> new PathPattern(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "secret/*, secret/a, true",
    "secret/*, secret/a/b, true",
    "secret/*, secret, false",
    "secret*, secret, true",
    "secret/+/x, secret/a/x, true",
    "secret/+/x, secret/a/b/x, false",
    "secret/+, secret/a, true",
    "+/a*, b/ab/c, true",
    "/secret/a, secret/a, true",
    "secret/a, secret/a/, false"
  })
  void matchesAsVaultDoes(String pattern, String path, boolean matches) {
    assertThat(new PathPattern(pattern).matches(path)).isEqualTo(matches);
  }

  /** The order of Vault's documentation: the first of each pair has the lower priority. */
  @ParameterizedTest
  @CsvSource({
    "secret/*, secret/a",
    "*, secret/*",
    "secret/+/a, secret/x/a",
    "secret/+/+/foo/*, secret/+/teamb/foo/*",
    "secret/*, secret/a/*",
    "secret/+/a*, secret/+/ab*",
    "+/*, +/a"
  })
  void ranksAsVaultDoes(String lower, String higher) {
    assertThat(new PathPattern(lower)).isLessThan(new PathPattern(higher));
  }

  @Test
  void seesARightThatADenyHeldBack() {
    ScopeView old = scope("secret/*:read", "secret/admin:deny");
    assertThat(old.covers(scope("secret/*:read"))).isFalse();
    assertThat(old.covers(scope("secret/*:read", "secret/admin:deny"))).isTrue();
    assertThat(old.covers(scope("secret/app:read"))).isTrue();
    assertThat(old.covers(scope("secret/admin:read"))).isFalse();
    assertThat(scope("secret/*:read").covers(old)).isTrue();
  }

  @Test
  void takesLimitsForNarrower() {
    TreeMap<String, String> limit = new TreeMap<>();
    limit.put("required_parameters", "[\"x\"]");
    PathPattern path = new PathPattern("a");
    ScopeView open =
        new ScopeView(List.of(new ScopeRule(path, List.of("update"), new TreeMap<>())));
    ScopeView limited = new ScopeView(List.of(new ScopeRule(path, List.of("update"), limit)));
    assertThat(open.covers(limited)).isTrue();
    assertThat(limited.covers(open)).isFalse();
    assertThat(limited.covers(limited)).isTrue();
    assertThatThrownBy(() -> new ScopeView(List.of(limited.rules().get(0), open.rules().get(0))))
        .hasMessageContaining("different limits");
  }

  @Test
  void refusesUnknownAndMissingCapabilities() {
    assertThatThrownBy(() -> rule("a:root")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ScopeRule(new PathPattern("a"), List.of(), new TreeMap<>()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Provide
  Arbitrary<PathPattern> patterns() {
    Arbitrary<String> part = Arbitraries.of("a", "b", "ab", "+");
    return Combinators.combine(
            part.list().ofMinSize(1).ofMaxSize(3), Arbitraries.of("", "", "/", "/*", "*"))
        .as((parts, end) -> String.join("/", parts) + end)
        .filter(text -> !text.endsWith("+*"))
        .map(PathPattern::new);
  }

  @Provide
  Arbitrary<ScopeView> scopes() {
    Arbitrary<List<String>> capabilities =
        Arbitraries.of(
            List.of("read"),
            List.of("read", "update"),
            List.of("update"),
            List.of("list"),
            List.of("deny"));
    return Combinators.combine(patterns(), capabilities)
        .as((path, rights) -> new ScopeRule(path, rights, new TreeMap<>()))
        .list()
        .ofMaxSize(4)
        .map(ScopeView::new);
  }

  @Property(tries = 3000)
  void coversOnlyWhatItMatches(
      @ForAll("patterns") PathPattern wide, @ForAll("patterns") PathPattern narrow) {
    boolean counter = PATHS.stream().anyMatch(path -> narrow.matches(path) && !wide.matches(path));
    if (wide.covers(narrow)) {
      assertThat(counter).isFalse();
    }
    boolean common = PATHS.stream().anyMatch(path -> narrow.matches(path) && wide.matches(path));
    if (common) {
      assertThat(wide.overlaps(narrow)).isTrue();
      assertThat(narrow.overlaps(wide)).isTrue();
    }
    assertThat(wide.covers(wide)).isTrue();
  }

  /** The rule that decides, as OpenBao finds it, or HashiCorp Vault. */
  private static List<String> decide(
      ScopeView scope, String path, String capability, boolean trimmedFirst) {
    if (!capability.equals("list")) {
      return exact(scope, path).or(() -> pattern(scope, path)).orElse(List.of());
    }
    String bare = path.substring(0, path.length() - 1);
    String first = trimmedFirst ? bare : path;
    String second = trimmedFirst ? path : bare;
    return exact(scope, path)
        .or(() -> exact(scope, bare))
        .or(() -> pattern(scope, first))
        .or(() -> pattern(scope, second))
        .orElse(List.of());
  }

  private static Optional<List<String>> exact(ScopeView scope, String path) {
    return scope.rules().stream()
        .filter(rule -> !rule.path().wildcard() && rule.path().text().equals(path))
        .findFirst()
        .map(ScopeRule::capabilities);
  }

  private static Optional<List<String>> pattern(ScopeView scope, String path) {
    return scope.rules().stream()
        .filter(rule -> rule.path().wildcard() && rule.path().matches(path))
        .max(Comparator.comparing(ScopeRule::path))
        .map(ScopeRule::capabilities);
  }

  @Property(tries = 10_000)
  void neverCallsWiderAccessCovered(
      @ForAll("scopes") ScopeView old, @ForAll("scopes") ScopeView later) {
    requireSound(old, later);
  }

  /** Taking a rule away is where a set that looks smaller may allow more. */
  @Property(tries = 5_000)
  void neverCallsWiderAccessCoveredWhenARuleIsTakenAway(
      @ForAll("scopes") ScopeView old, @ForAll int which) {
    List<ScopeRule> rest = new ArrayList<>(old.rules());
    if (!rest.isEmpty()) {
      rest.remove(Math.floorMod(which, rest.size()));
    }
    requireSound(old, new ScopeView(rest));
  }

  private static void requireSound(ScopeView old, ScopeView later) {
    if (!old.covers(later)) {
      return;
    }
    for (String path : PATHS) {
      for (String capability : List.of("read", "update", "list")) {
        for (boolean trimmedFirst : List.of(true, false)) {
          boolean asked = path.endsWith("/") || !capability.equals("list");
          if (asked && decide(later, path, capability, trimmedFirst).contains(capability)) {
            assertThat(decide(old, path, capability, trimmedFirst))
                .as("%s %s: %s then %s", capability, path, old, later)
                .contains(capability);
          }
        }
      }
    }
  }

  /** HashiCorp Vault decides a list of a/b/ by the rules for a/b first. */
  @Test
  void seesAListThatAPatternForTheFolderItselfHeldBack() {
    ScopeView old = scope("a/*:deny", "a/b/*:list");
    assertThat(old.covers(scope("a/b/*:list"))).isFalse();
    assertThat(old.covers(old)).isTrue();
    assertThat(scope("a/+:list", "a/b*:deny").covers(scope("a/+:list"))).isFalse();
    assertThat(scope("a/b/:list").covers(scope("a/b:list"))).isTrue();
    assertThat(scope("a/b/:list").covers(scope("a/b:list,read"))).isFalse();
    assertThat(scope("a/*:list").covers(scope("a/b:list", "a/+/c:list"))).isTrue();
  }

  @Property(tries = 1000)
  void coversItself(@ForAll("scopes") ScopeView scope) {
    assertThat(scope.covers(scope)).isTrue();
    assertThat(scope.covers(ScopeView.empty())).isTrue();
  }

  private static ScopeView scope(String... rules) {
    return new ScopeView(Arrays.stream(rules).map(ScopeViewTests::rule).toList());
  }

  private static ScopeRule rule(String text) {
    String[] parts = text.split(":", -1);
    return new ScopeRule(
        new PathPattern(parts[0]), Arrays.asList(parts[1].split(",", -1)), new TreeMap<>());
  }
}
