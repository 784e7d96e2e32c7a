package io.countersign.activities.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.signing.Keys;
import io.countersign.policy.ExternalWorker;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.release.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of checks that somebody else answers: what is refused, and what is meant unless given. */
class ExternalRulesTests {
  private static final Path EXAMPLE = Path.of("..", "examples", "fraud-scorer", "gate.yaml");
  private static final Path DOCUMENT = Path.of("..", "docs", "external-checks.md");
  private static final String FIRST = "      - check: mlops.artifact-integrity\n";
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
  private static final DocumentReader READER =
      new DocumentReader(text -> Keys.publicKey(text).keyId());

  private static GatePolicy with(String rules) throws IOException {
    String text = Files.readString(EXAMPLE);
    assertThat(text).contains(FIRST);
    return READER
        .gate("gate.yaml", text.replace(FIRST, rules + FIRST).getBytes(StandardCharsets.UTF_8))
        .policy();
  }

  private static CheckRule first(GatePolicy policy) {
    return policy.tiers().get(0).checks().get(0);
  }

  private static String worker(String settings) {
    return "      - {check: risk.bias, worker: {" + settings + "}}\n";
  }

  @Test
  void whatIsNotGivenIsBounded() throws IOException {
    ExternalWorker worker = first(with(worker("taskQueue: q, keys: [" + KEY + "]"))).worker();
    assertThat(worker)
        .isEqualTo(
            new ExternalWorker("q", List.of(KEY), Span.parse("5m"), Span.parse("10m"), null, 3));
  }

  @Test
  void theDocumentedRuleIsARule() throws IOException {
    String text = Files.readString(DOCUMENT);
    String yaml = text.substring(text.indexOf("      - check: "), text.indexOf("```\n\nRule"));
    CheckRule rule = first(with(yaml));
    assertThat(rule.check()).isEqualTo("risk.group-parity");
    assertThat(rule.worker().taskQueue()).isEqualTo("python-checks");
    assertThat(rule.with()).containsKeys("group", "maxDifference");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keys: [KEY] | taskQueue",
        "taskQueue: q | keys",
        "taskQueue: q, keys: [] | keys",
        "taskQueue: q, keys: [KEY, KEY] | keys",
        "taskQueue: q, keys: [junk] | keys/0",
        "taskQueue: q, keys: [KEY, KEY more] | keys/1",
        "taskQueue: countersign, keys: [KEY] | countersign",
        "taskQueue: '/_sys/q', keys: [KEY] | taskQueue",
        "taskQueue: q, keys: [KEY], startWithin: 25h | 24h",
        "taskQueue: q, keys: [KEY], timeout: 13h | 12h",
        "taskQueue: q, keys: [KEY], timeout: 1m, heartbeat: 2m | heartbeat",
        "taskQueue: q, keys: [KEY], attempts: 0 | attempts",
        "taskQueue: q, keys: [KEY], attempts: 11 | attempts",
        "taskQueue: q, keys: [KEY], url: x | url"
      })
  void refusesWhatIsEmptyUnboundedOrUnknown(String settings, String named) {
    assertThatThrownBy(() -> with(worker(settings.replace("KEY", KEY))))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining(named);
  }

  @Test
  void whatWeighsTheWholeIsNotAnsweredFromOutside() {
    assertThatThrownBy(
            () ->
                with(
                    "      - {check: risk.combined-risk, worker: {taskQueue: q, keys: ["
                        + KEY
                        + "]}}\n"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("combined-risk");
  }

  @Test
  void aTierHasNoMoreOfThemThanAHistoryHolds() throws IOException {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      rules.append(
          worker("taskQueue: q, keys: [" + KEY + "]").replace("risk.bias", "risk.bias-" + i));
    }
    assertThat(with(rules.toString()).tiers().get(0).checks()).hasSizeGreaterThan(16);
    assertThatThrownBy(() -> with(rules + worker("taskQueue: q, keys: [" + KEY + "]")))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("16");
  }
}
