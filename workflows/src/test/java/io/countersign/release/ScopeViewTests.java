package io.countersign.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.tries.Tries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
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

  private static PathPattern pattern(Random random) {
    String text;
    do {
      List<String> parts = new ArrayList<>();
      for (int i = Tries.between(random, 1, 3); i > 0; i--) {
        parts.add(Tries.one(random, "a", "b", "ab", "+"));
      }
      text = String.join("/", parts) + Tries.one(random, "", "", "/", "/*", "*");
    } while (text.endsWith("+*"));
    return new PathPattern(text);
  }

  private static ScopeView scope(Random random) {
    List<ScopeRule> rules = new ArrayList<>();
    for (int i = Tries.between(random, 0, 4); i > 0; i--) {
      List<String> capabilities =
          Tries.one(
              random,
              List.of("read"),
              List.of("read", "update"),
              List.of("update"),
              List.of("list"),
              List.of("deny"));
      rules.add(new ScopeRule(pattern(random), capabilities, new TreeMap<>()));
    }
    return new ScopeView(rules);
  }

  @Test
  void coversOnlyWhatItMatches() {
    Tries.of(3000, random -> requireSound(pattern(random), pattern(random)));
  }

  private static void requireSound(PathPattern wide, PathPattern narrow) {
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

  @Test
  void neverCallsWiderAccessCovered() {
    Tries.of(10_000, random -> requireSound(scope(random), scope(random)));
  }

  /** Taking a rule away is where a set that looks smaller may allow more. */
  @Test
  void neverCallsWiderAccessCoveredWhenARuleIsTakenAway() {
    Tries.of(
        5_000,
        random -> {
          ScopeView old = scope(random);
          List<ScopeRule> rest = new ArrayList<>(old.rules());
          if (!rest.isEmpty()) {
            rest.remove(random.nextInt(rest.size()));
          }
          requireSound(old, new ScopeView(rest));
        });
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

  @Test
  void namesEveryRightThatIsNewAndNoOther() {
    Tries.of(5_000, random -> requireNamed(scope(random), scope(random)));
  }

  private static void requireNamed(ScopeView old, ScopeView later) {
    List<ScopeRule> gained = old.gained(later);
    assertThat(gained.isEmpty()).isEqualTo(old.covers(later));
    for (String path : PATHS) {
      for (String capability : List.of("read", "update", "list")) {
        boolean asked = path.endsWith("/") || !capability.equals("list");
        for (boolean trimmedFirst : List.of(true, false)) {
          if (asked
              && decide(later, path, capability, trimmedFirst).contains(capability)
              && !decide(old, path, capability, trimmedFirst).contains(capability)) {
            String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            assertThat(gained)
                .as("%s %s: %s then %s", capability, path, old, later)
                .anyMatch(
                    rule ->
                        rule.capabilities().contains(capability)
                            && (rule.path().matches(path) || rule.path().matches(bare)));
          }
        }
      }
    }
  }

  @Test
  void namesOnlyTheCapabilitiesThatAreNew() {
    assertThat(scope("a/*:read").gained(scope("a/b:read,update")))
        .containsExactly(rule("a/b:update"));
    assertThat(scope("a/*:read,update").gained(scope("a/b:read,update"))).isEmpty();
    assertThat(scope("a/*:read", "a/b:deny").gained(scope("a/*:read")))
        .containsExactly(rule("a/*:read"));
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

  @Test
  void coversItself() {
    Tries.of(
        1000,
        random -> {
          ScopeView scope = scope(random);
          assertThat(scope.covers(scope)).isTrue();
          assertThat(scope.covers(ScopeView.empty())).isTrue();
        });
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
