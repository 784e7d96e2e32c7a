package io.countersign.activities.check.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.Contexts;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RiskChecksTests {
  static final String IMPACT =
      """
      {"impact": {"exposure": {"internal": "low", "customer-facing": "moderate"},
                  "autonomy": {"assistive": "low", "agentic": "moderate"},
                  "dataClasses": {"pii": "high"}, "writes": "very-high"},
       "change": {"first-release": "moderate", "scope-widened": "high"},
       "limit": "moderate"}
      """;
  static final String DECLARED =
      """
      {"owners": ["example.com"], "minWords": 4,
       "scope": [{"path": "kv/data/fraud/*", "dataClasses": ["pii"]}],
       "readOnly": ["assistive"],
       "order": {"exposure": ["internal", "customer-facing"],
                 "autonomy": ["assistive", "agentic", "autonomous"]}}
      """;
  private final Contexts release = new Contexts();

  private static CheckResult result(String check, Severity... severities) {
    List<Finding> findings = new ArrayList<>();
    for (Severity severity : severities) {
      findings.add(new Finding("found", severity, check + " saw something " + severity, null));
    }
    return new CheckResult(
        check, CheckOutcome.PASS, findings, Collections.emptySortedMap(), List.of(), List.of());
  }

  private CheckResult combined(CheckResult... others) {
    release.with = IMPACT;
    release.results = Arrays.asList(others);
    return release.run(new CombinedRisk());
  }

  @ParameterizedTest
  @CsvSource({
    "very-low, very-low, very-low",
    "very-low, high, low",
    "very-low, very-high, low",
    "low, low, low",
    "low, very-high, moderate",
    "moderate, moderate, moderate",
    "moderate, high, moderate",
    "moderate, very-high, high",
    "high, moderate, moderate",
    "high, high, high",
    "high, very-high, very-high",
    "very-high, low, low",
    "very-high, very-low, very-low",
    "very-high, very-high, very-high"
  })
  void levelsCombineAsInTableI2(String likelihood, String impact, String risk) {
    assertThat(Level.risk(Level.parse(likelihood).orElseThrow(), Level.parse(impact).orElseThrow()))
        .hasToString(risk);
  }

  @Test
  void moreLikelihoodOrImpactIsNeverLessRisk() {
    for (Level likelihood : Level.values()) {
      for (Level impact : Level.values()) {
        Level risk = Level.risk(likelihood, impact);
        assertThat(Level.risk(likelihood.raised(), impact)).isGreaterThanOrEqualTo(risk);
        assertThat(Level.risk(likelihood, impact.raised())).isGreaterThanOrEqualTo(risk);
      }
    }
  }

  @Test
  void quietChecksOfAFirstReleaseMakeAModerateRisk() {
    CheckResult result = combined(result("mlops.model-quality"), result("security.scope-review"));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.measurements())
        .containsEntry("likelihood", "moderate")
        .containsEntry("impact", "high")
        .containsEntry("risk", "moderate")
        .containsEntry("checks", "2");
    assertThat(result.findings())
        .extracting(Finding::message)
        .contains(
            "risk moderate: likelihood moderate, impact high; owner fraud@example.com",
            "impact high: data of class pii",
            "likelihood moderate: it changes: first-release");
  }

  @Test
  void oneGraveFindingRaisesItAboveTheLimit() {
    CheckResult result =
        combined(result("mlops.model-quality"), result("security.scope-review", Severity.HIGH));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings().get(0).id()).isEqualTo("risk-above-limit");
    assertThat(result.measurements()).containsEntry("risk", "high");
  }

  @Test
  void findingsOfSeveralFunctionsWeighMoreThanEachAlone() {
    CheckResult alone = combined(result("security.scope-review", Severity.MEDIUM));
    CheckResult sameFunction =
        combined(
            result("security.scope-review", Severity.MEDIUM),
            result("security.dependencies", Severity.MEDIUM));
    CheckResult together =
        combined(
            result("security.scope-review", Severity.MEDIUM),
            result("mlops.model-quality", Severity.MEDIUM));
    assertThat(alone.measurements()).containsEntry("likelihood", "moderate");
    assertThat(sameFunction.measurements()).containsEntry("likelihood", "moderate");
    assertThat(together.measurements()).containsEntry("likelihood", "high");
    assertThat(together.findings())
        .extracting(Finding::message)
        .contains("likelihood high: more than one function found something: mlops, security");
  }

  @Test
  void notesOfTheLowestSeverityDriveNothing() {
    release.changes = List.of();
    assertThat(
            combined(result("security.scope-review", Severity.INFO, Severity.INFO)).measurements())
        .containsEntry("likelihood", "very-low");
  }

  @Test
  void whatChangesCounts() {
    release.changes = List.of(Change.PROMPTS, Change.SCOPE_WIDENED);
    assertThat(combined(result("mlops.model-quality")).measurements())
        .containsEntry("likelihood", "high");
    release.changes = List.of(Change.PROMPTS);
    assertThat(combined(result("mlops.model-quality")).measurements())
        .containsEntry("likelihood", "low");
  }

  @ParameterizedTest
  @CsvSource({
    "exposure: customer-facing, exposure: public",
    "autonomy: agentic, autonomy: autonomous",
    "'autonomy: agentic\n  dataClasses: [pii]', 'autonomy: agentic\n  dataClasses: [health]'",
    "'owner: pay, dataClasses: [pii]', 'owner: pay, dataClasses: [health]'",
    "permissions: [read], 'permissions: [read, create]'"
  })
  void whatIsNotRatedOrMayChangeSomethingIsTheHighestImpact(String good, String other) {
    assertThat(release.release).contains(good);
    release.release = release.release.replace(good, other);
    assertThat(combined(result("mlops.model-quality")).measurements())
        .containsEntry("impact", "very-high");
  }

  @Test
  void aScopeThatMayWriteOrIsNotUnderstoodIsTheHighestImpact() {
    release.body = "path \"kv/data/fraud/scoring\" { capabilities = [\"read\", \"update\"] }";
    assertThat(combined(result("mlops.model-quality")).measurements())
        .containsEntry("impact", "very-high");
    release.body = "path \"kv/data/{{identity.entity.id}}\" { capabilities = [\"read\"] }";
    assertThat(combined(result("mlops.model-quality")).measurements())
        .containsEntry("impact", "very-high");
  }

  @Test
  void equalEvidenceInAnotherOrderGivesAnEqualResult() {
    CheckResult one =
        combined(
            result("mlops.model-quality", Severity.LOW, Severity.MEDIUM),
            result("security.scope-review", Severity.MEDIUM));
    CheckResult other =
        combined(
            result("security.scope-review", Severity.MEDIUM),
            result("mlops.model-quality", Severity.MEDIUM, Severity.LOW));
    assertThat(one.findings()).isEqualTo(other.findings());
  }

  @Test
  void aMissingResultIsNoAnswer() {
    release.with = IMPACT;
    release.results = null;
    assertThatThrownBy(() -> release.run(new CombinedRisk()))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.CHECK_BROKEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"limit\": \"moderate\"}",
        "{\"limit\": \"most\", \"impact\": {\"exposure\": {\"a\": \"low\"}}}",
        "{\"limit\": \"low\", \"impact\": {}}",
        "{\"limit\": \"low\", \"impact\": {\"exposure\": {\"a\": \"low\"}}}",
        "{\"limit\": \"low\", \"impact\": {\"exposure\": {}, \"autonomy\": {\"a\": \"low\"}, \"dataClasses\": {\"a\": \"low\"}, \"writes\": \"low\"}}",
        "{\"limit\": \"low\", \"impact\": {\"exposure\": {\"a\": 3}, \"autonomy\": {\"a\": \"low\"}, \"dataClasses\": {\"a\": \"low\"}, \"writes\": \"low\"}}",
        "{\"limit\": \"low\", \"impact\": {\"exposure\": {\"a\": \"low\"}, \"autonomy\": {\"a\": \"low\"}, \"dataClasses\": {\"a\": \"low\"}, \"writes\": \"low\", \"tools\": \"low\"}}",
        "{\"limit\": \"low\", \"impact\": {\"exposure\": {\"a\": \"low\"}, \"autonomy\": {\"a\": \"low\"}, \"dataClasses\": {\"a\": \"low\"}, \"writes\": \"low\"}, \"change\": {\"weather\": \"low\"}}",
        "{\"lenient\": true}"
      })
  void aPolicyThatRatesNothingIsRefused(String with) {
    release.with = with;
    unusable(new CombinedRisk());
  }

  private CheckResult declared() {
    release.with = DECLARED;
    return release.run(new BusinessImpact());
  }

  @Test
  void aProfileThatSaysWhatTheScopeShowsPasses() {
    assertThat(declared().findings()).isEmpty();
    assertThat(declared().outcome()).isEqualTo(CheckOutcome.PASS);
  }

  @ParameterizedTest
  @CsvSource({
    "owner: fraud@example.com, owner: fraud@example.org, owner-not-accountable",
    "owner: fraud@example.com, owner: example.com.evil, owner-not-accountable",
    "owner: fraud@example.com, owner: somebody, owner-not-accountable",
    "Scores cases of possible fraud for an analyst., Fraud fraud fraud fraud fraud., not-complete",
    "A wrong score delays a payment., Bad., not-complete",
    "'autonomy: agentic\n  dataClasses: [pii]', 'autonomy: agentic\n  dataClasses: [financial]', under-declared",
    "exposure: customer-facing, exposure: public, not-known",
    "autonomy: agentic, autonomy: sometimes, not-known"
  })
  void aProfileThatSaysTooLittleFails(String good, String bad, String finding) {
    assertThat(release.release).contains(good);
    release.release = release.release.replace(good, bad);
    CheckResult result = declared();
    assertThat(result.findings()).extracting(Finding::id).contains(finding);
    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv/data/payments/card", "kv/data/*", "+/data/fraud/scoring", "*"})
  void aPathWithUnknownDataBehindItFails(String path) {
    release.body = "path \"" + path + "\" { capabilities = [\"read\"] }";
    assertThat(declared().findings()).extracting(Finding::id).contains("path-not-rated");
  }

  @Test
  void aSystemThatOnlyAssistsChangesNothing() {
    release.release = release.release.replace("autonomy: agentic", "autonomy: assistive");
    assertThat(declared().findings()).isEmpty();
    release.body = "path \"kv/data/fraud/scoring\" { capabilities = [\"read\", \"create\"] }";
    assertThat(declared().findings()).extracting(Finding::id).contains("under-declared");
    release.body = Contexts.BODY;
    release.release = release.release.replace("permissions: [read]", "permissions: [approve]");
    assertThat(declared().findings()).extracting(Finding::id).contains("under-declared");
  }

  @ParameterizedTest
  @CsvSource({
    "exposure: customer-facing, exposure: internal",
    "autonomy: agentic, autonomy: assistive"
  })
  void aLowerProfileNeedsLessAccess(String before, String now) {
    release.predecessor = release.release;
    release.release = release.release.replace(before, now);
    assertThat(declared().findings()).extracting(Finding::id).containsExactly("declared-lower");
    release.predecessorBody =
        Contexts.BODY + "\npath \"kv/data/fraud/refund\" { capabilities = [\"read\"] }";
    assertThat(declared().findings()).isEmpty();
    release.predecessorBody = Contexts.BODY;
    release.predecessor =
        release.predecessor.replace("permissions: [read]", "permissions: [read, create]");
    assertThat(declared().findings()).isEmpty();
  }

  @Test
  void aHigherProfileIsFine() {
    release.predecessor = release.release.replace("autonomy: agentic", "autonomy: assistive");
    assertThat(declared().findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"owners\": [], \"scope\": [], \"readOnly\": [\"a\"], \"order\": {}}",
        "{\"owners\": [\"a\"], \"scope\": [{\"path\": \"a\"}], \"readOnly\": [\"a\"], \"order\": {\"exposure\": [\"a\"], \"autonomy\": [\"a\"]}}",
        "{\"owners\": [\"a\"], \"scope\": [{\"path\": \"a*b\", \"dataClasses\": []}], \"readOnly\": [\"a\"], \"order\": {\"exposure\": [\"a\"], \"autonomy\": [\"a\"]}}",
        "{\"owners\": [\"a\"], \"scope\": [{\"path\": \"a\", \"dataClasses\": []}], \"readOnly\": [\"a\"], \"order\": {\"exposure\": [\"a\"]}}",
        "{\"owners\": [\"a\"], \"minWords\": 0, \"scope\": [{\"path\": \"a\", \"dataClasses\": []}], \"readOnly\": [\"a\"], \"order\": {\"exposure\": [\"a\"], \"autonomy\": [\"a\"]}}",
        "{\"owners\": [\"a\"], \"scope\": [{\"path\": \"a\", \"dataClasses\": [], \"not\": 1}], \"readOnly\": [\"a\"], \"order\": {\"exposure\": [\"a\"], \"autonomy\": [\"a\"]}}",
        "{\"owners\": [3], \"scope\": [{\"path\": \"a\", \"dataClasses\": []}], \"readOnly\": [\"a\"], \"order\": {\"exposure\": [\"a\"], \"autonomy\": [\"a\"]}}"
      })
  void declarationsNeedWholeRules(String with) {
    release.with = with;
    unusable(new BusinessImpact());
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"exposures\": [\"internal\"]}'",
    "'{\"autonomy\": [\"assistive\"]}'",
    "'{\"dataClasses\": [\"public\"]}'"
  })
  void aTierMayAllowLess(String with) {
    release.with = with;
    assertThat(release.findings(new AcceptableUse())).containsExactly("outside-tier");
    release.with =
        "{\"exposures\": [\"customer-facing\"], \"autonomy\": [\"agentic\"], \"dataClasses\": [\"pii\"]}";
    assertThat(release.findings(new AcceptableUse())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"exposures\": []}", "{\"exposures\": \"all\"}", "{\"autonomy\": [1]}"})
  void aTierThatAllowsNothingIsRefused(String with) {
    release.with = with;
    unusable(new AcceptableUse());
  }

  private void unusable(Check check) {
    assertThatThrownBy(() -> release.run(check))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }
}
