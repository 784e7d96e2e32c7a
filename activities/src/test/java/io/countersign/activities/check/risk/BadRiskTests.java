package io.countersign.activities.check.risk;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.check.BadInputs;
import io.countersign.activities.check.Check;
import io.countersign.activities.check.Contexts;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Releases that say too little, say what is prohibited, or are worth more than they say, each in
 * one place: manifests ({@code .yaml}), Vault policies in scope ({@code .hcl}) and what the other
 * checks found ({@code .json}).
 */
class BadRiskTests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SOUND = "sound.yaml";

  /** Refused before there is anything to check. */
  private static final String NOT_READ = "INVALID_MANIFEST";

  private static final Map<String, String> USE =
      Map.ofEntries(
          entry("practice-named.yaml", "prohibited-practice"),
          entry("practice-in-capitals.yaml", "prohibited-practice"),
          entry("practice-with-a-hyphen.yaml", "prohibited-practice"),
          entry("practice-with-an-underscore.yaml", "prohibited-practice"),
          entry("practice-over-two-lines.yaml", "prohibited-practice"),
          entry("practice-with-accents.yaml", "prohibited-practice"),
          entry("practice-in-full-width-letters.yaml", "prohibited-practice"),
          entry("practice-with-a-soft-hyphen.yaml", NOT_READ),
          entry("practice-with-a-zero-width-space.yaml", NOT_READ),
          entry("practice-with-a-non-breaking-space.yaml", "prohibited-practice"),
          entry("practice-with-a-cyrillic-letter.yaml", "mixed-scripts"),
          entry("practice-with-mathematical-letters.yaml", "prohibited-practice"),
          entry("practice-in-one-word.yaml", "prohibited-practice"),
          entry("practice-with-spaces-between-letters.yaml", "prohibited-practice"),
          entry("practice-with-two-spaces.yaml", "prohibited-practice"),
          entry("practice-in-quotes.yaml", "prohibited-practice"),
          entry("practice-in-the-impact.yaml", "prohibited-practice"),
          entry("use-to-be-done.yaml", "not-stated"),
          entry("use-of-punctuation.yaml", "not-stated"),
          entry("use-not-applicable.yaml", "not-stated"),
          entry("impact-none.yaml", "not-stated"),
          entry("owner-unknown.yaml", "not-stated"),
          entry("data-nobody-listed.yaml", "data-not-allowed"),
          entry("data-that-a-dependency-gets-and-nobody-declared.yaml", "undeclared-data"),
          entry("data-not-for-this-exposure.yaml", "data-not-allowed"));

  private static final Map<String, String> IMPACT =
      Map.ofEntries(
          entry("owner-elsewhere.yaml", "owner-not-accountable"),
          entry("owner-with-a-domain-as-suffix.yaml", "owner-not-accountable"),
          entry("owner-with-two-domains.yaml", "owner-not-accountable"),
          entry("owner-a-word.yaml", "owner-not-accountable"),
          entry("use-of-one-word-again-and-again.yaml", "not-complete"),
          entry("use-of-numbers.yaml", "not-complete"),
          entry("impact-too-short.yaml", "not-complete"),
          entry("data-behind-the-scope-not-declared.yaml", "under-declared"),
          entry("exposure-unknown.yaml", "not-known"),
          entry("autonomy-unknown.yaml", "not-known"),
          entry("assistive-with-a-tool-that-writes.yaml", "under-declared"),
          entry("path-nobody-rated.hcl", "path-not-rated"),
          entry("path-wider-than-rated.hcl", "path-not-rated"),
          entry("path-of-any-mount.hcl", "path-not-rated"),
          entry("path-that-begins-alike.hcl", "path-not-rated"),
          entry("everything.hcl", "path-not-rated"),
          entry("template.hcl", "path-not-rated"),
          entry("truncated.hcl", "path-not-rated"),
          entry("empty.hcl", "path-not-rated"));

  private static final Map<String, String> COMBINED =
      Map.ofEntries(
          entry("exposure-nobody-rated.yaml", "risk-above-limit"),
          entry("autonomy-nobody-rated.yaml", "risk-above-limit"),
          entry("data-nobody-rated.yaml", "risk-above-limit"),
          entry("data-of-a-dependency-nobody-rated.yaml", "risk-above-limit"),
          entry("tool-that-writes.yaml", "risk-above-limit"),
          entry("scope-that-writes.hcl", "risk-above-limit"),
          entry("scope-by-template.hcl", "risk-above-limit"),
          entry("scope-truncated.hcl", "risk-above-limit"),
          entry("scope-empty.hcl", "risk-above-limit"),
          entry("one-grave-finding.json", "risk-above-limit"),
          entry("one-critical-finding-of-a-waived-check.json", "risk-above-limit"),
          entry("two-functions-that-find-a-little.json", "risk-above-limit"));

  private static final Map<String, Folder> FOLDERS =
      new TreeMap<>(
          Map.of(
              "acceptable-use", new Folder(new AcceptableUse(), "{}", USE),
              "business-impact", new Folder(new BusinessImpact(), RiskChecksTests.DECLARED, IMPACT),
              "combined-risk", new Folder(new CombinedRisk(), RiskChecksTests.IMPACT, COMBINED)));

  /** A check with its settings, and what each of its inputs must give. */
  private record Folder(Check check, String settings, Map<String, String> expected) {}

  static Stream<String> folders() {
    return FOLDERS.keySet().stream();
  }

  static Stream<Arguments> inputs() {
    return FOLDERS.entrySet().stream()
        .flatMap(
            folder ->
                new TreeMap<>(folder.getValue().expected())
                    .entrySet().stream()
                        .map(in -> Arguments.of(folder.getKey(), in.getKey(), in.getValue())));
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyFileHasAnExpectation(String folder) {
    assertThat(new BadInputs(folder).names())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(FOLDERS.get(folder).expected().keySet().stream(), Stream.of(SOUND))
                .toList());
  }

  @Test
  void whatIsSoundPasses() {
    FOLDERS
        .keySet()
        .forEach(
            folder ->
                assertThat(result(folder, SOUND).outcome())
                    .as(folder)
                    .isEqualTo(CheckOutcome.PASS));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void aBadInputFails(String folder, String input, String finding) {
    if (finding.equals(NOT_READ)) {
      assertThatThrownBy(() -> result(folder, input)).hasMessageContaining(NOT_READ);
      return;
    }
    CheckResult result = result(folder, input);
    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings()).extracting(Finding::id).contains(finding);
  }

  private static CheckResult result(String name, String input) {
    Contexts release = new Contexts();
    Folder folder = FOLDERS.get(name);
    release.with = folder.settings();
    String text = new BadInputs(name).text(input);
    if (input.endsWith(".hcl")) {
      release.body = text;
    } else if (input.endsWith(".json")) {
      release.results = results(text);
    } else {
      release.release = text;
    }
    return release.run(folder.check());
  }

  private static List<CheckResult> results(String text) {
    List<CheckResult> results = new ArrayList<>();
    try {
      for (JsonNode found : JSON.readTree(text)) {
        Severity severity = Severity.parse(found.path("severity").asText());
        results.add(
            new CheckResult(
                found.path("check").asText(),
                CheckOutcome.PASS,
                List.of(new Finding("found", severity, "saw something", null)),
                Collections.emptySortedMap(),
                List.of(),
                List.of()));
      }
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    return results;
  }
}
