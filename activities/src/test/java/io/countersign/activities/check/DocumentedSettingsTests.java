package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.check.CheckResult;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.release.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every snippet of docs/checks.md loads where it says that it belongs, and every check takes its
 * settings; whether the example passes under them is another question.
 */
class DocumentedSettingsTests {
  private static final String RULE = "- check: ";
  private static final Pattern SNIPPET = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  private final StrongTier example = new StrongTier();

  private static Stream<String> snippets() {
    return SNIPPET
        .matcher(CheckScene.text("../../docs/checks.md"))
        .results()
        .map(found -> found.group(1));
  }

  static Stream<String> rules() {
    return snippets().filter(snippet -> snippet.startsWith(RULE));
  }

  @Test
  void everyCheckHasARuleAndEverySnippetIsKnown() {
    assertThat(rules().map(DocumentedSettingsTests::check))
        .containsExactlyInAnyOrderElementsOf(StrongTier.INSTALLED.keySet());
    assertThat(
            snippets()
                .filter(snippet -> !snippet.startsWith(RULE))
                .map(DocumentedSettingsTests::field))
        .containsExactly("workload", "suppliers", "systems");
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aRuleIsTakenByItsCheck(String snippet) {
    String name = check(snippet);
    example.gate =
        replaced(
            Pattern.compile(
                "      - check: " + name + "\\b.*?\n(?=      - check: |    [a-z])", Pattern.DOTALL),
            snippet.indent(6));
    CheckRule rule = only(example.rules(), name);
    CheckResult result = example.result(rule);
    assertThat(result.check()).isEqualTo(name);
    assertThat(rule.with()).isNotEmpty();
  }

  @Test
  void aSystemSaysWhereItsSecretsLie() {
    String fields =
        snippet("systems").lines().skip(2).toList().stream()
            .map(line -> line + "\n")
            .reduce("", String::concat);
    example.gate = replaced(Pattern.compile("    staticSecrets: .*\n"), fields);
    SystemPolicy system = example.policy().systems().get(0);
    assertThat(system.staticSecrets()).hasSize(1);
    assertThat(system.dynamicSecrets()).containsExactly("database/creds/fraud-ro");
  }

  @Test
  void suppliersAreListed() {
    String filled =
        snippet("suppliers")
            .replace("sha256:…", "sha256:" + "ab".repeat(32))
            .replace(
                "AAAA…", "AAAAC3NzaC1lZDI1NTE5AAAAIAK5hvCBPVT8M3AKFo64AP2Vhx7kmT8lziG0M5Ncinjw")
            .replace("    # withdrawn", "    withdrawn");
    example.gate =
        replaced(
            Pattern.compile("(?m)^suppliers:.*?(?=^[a-z])", Pattern.DOTALL | Pattern.MULTILINE),
            filled);
    assertThat(example.policy().suppliers()).hasSize(2);
    assertThat(example.policy().suppliers().get(1).withdrawn()).isNotNull();
  }

  @Test
  void aReleaseSaysWhereItsLogGoes() {
    String line = snippet("workload").lines().toList().get(1);
    String text = CheckScene.text("releases/2026.11.1/release.yaml");
    Matcher logs = Pattern.compile("(?m)^  logs: .*$").matcher(text);
    assertThat(logs.find()).isTrue();
    String written = logs.replaceFirst(Matcher.quoteReplacement(line));
    Manifest manifest =
        StrongTier.READER
            .release("release.yaml", written.getBytes(StandardCharsets.UTF_8))
            .manifest();
    assertThat(Objects.requireNonNull(manifest.workload().logs()).sink())
        .isEqualTo("https://logs.prod.example.com/fraud-scorer");
  }

  private String replaced(Pattern part, String by) {
    assertThat(part.matcher(example.gate).results().map(MatchResult::group)).isNotEmpty();
    return part.matcher(example.gate).replaceAll(Matcher.quoteReplacement(by));
  }

  private static CheckRule only(List<CheckRule> rules, String name) {
    return rules.stream().filter(rule -> rule.check().equals(name)).findFirst().orElseThrow();
  }

  private static String check(String snippet) {
    return snippet.lines().findFirst().orElseThrow().substring(RULE.length()).strip();
  }

  private static String snippet(String field) {
    return snippets()
        .filter(snippet -> !snippet.startsWith(RULE) && field(snippet).equals(field))
        .findFirst()
        .orElseThrow();
  }

  /** The first field, after a comment that may say where it belongs. */
  private static String field(String snippet) {
    return snippet
        .lines()
        .filter(line -> !line.startsWith("#"))
        .findFirst()
        .orElseThrow()
        .replaceFirst(":.*", "");
  }
}
