package io.countersign.activities.check.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.check.Contexts;
import io.countersign.activities.check.OtherRelease;
import io.countersign.activities.release.Standing;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentReadinessTests {
  private static final Instant YESTERDAY = Instant.parse("2026-10-31T12:00:00Z");
  private static final String HEALTH =
      "{\"smokeTest\": \"optional\", \"health\": {\"url\": \"https://canary.example.com/{system}/{version}/health\","
          + " \"digests\": {\"image\": \"/image\", \"model\": \"/build/model\"}}}";

  private final ReadinessScene scene = new ReadinessScene();

  @ParameterizedTest
  @CsvSource({"smoke.json, ''", "pytest.xml, skipped-tests"})
  void aReportOfThisImageAndModelPasses(String file, String note) {
    CheckResult result = scene.report(ReadinessScene.SOUND.text(file)).run();
    assertThat(result.outcome()).as(result.findings().toString()).isEqualTo(CheckOutcome.PASS);
    assertThat(scene.findings()).isEqualTo(note.isEmpty() ? List.of() : List.of(note));
    assertThat(result.measurements())
        .containsEntry("tests.passed", "2")
        .containsEntry("rollback.to", "1");
    assertThat(result.evidence()).hasSize(1);
  }

  @Test
  void aReleaseWithoutASmokeTestFails() {
    scene.release.release = scene.release.release.replace("evidence: {smokeTest: smoke}", "");
    assertThat(scene.findings()).containsExactly("no-smoke-test");
  }

  @Test
  void aReportMayHaveToNameMoreThanImageAndModel() {
    scene.release.with = ReadinessScene.RULES.replace("{\"reg", "{\"names\": [\"prompts\"], \"reg");
    assertThat(scene.findings()).containsExactly("other-prompts");
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example.com, ''",
    "registry.example.com/fraud, ''",
    "registry.example.co, other-registry",
    "registry.example.com/fra, other-registry",
    "evil.example.com, other-registry"
  })
  void anImageComesFromAListedRegistry(String registry, String finding) {
    scene.release.with = ReadinessScene.RULES.replace("registry.example.com", registry);
    assertThat(scene.findings()).isEqualTo(finding.isEmpty() ? List.of() : List.of(finding));
  }

  @Test
  void aReleaseWithoutAWayBackFails() {
    scene.release.release = scene.release.release.replace("rollback: {to: \"1\"}", "");
    assertThat(scene.findings()).containsExactly("no-rollback");
    scene.release.with =
        ReadinessScene.RULES.replace("{\"reg", "{\"firstRelease\": \"exempt\", \"reg");
    assertThat(scene.findings()).as("not a first release").containsExactly("no-rollback");
  }

  @Test
  void onlyAFirstReleaseIsExemptAndOnlyWhereTheTierSaysSo() {
    scene.release.predecessor = null;
    scene.release.release = scene.release.release.replace("rollback: {to: \"1\"}", "");
    assertThat(scene.findings()).containsExactly("no-rollback");
    scene.release.with =
        ReadinessScene.RULES.replace("{\"reg", "{\"firstRelease\": \"exempt\", \"reg");
    assertThat(scene.findings()).containsExactly("first-release");
    assertThat(scene.run().outcome()).isEqualTo(CheckOutcome.PASS);
  }

  @Test
  void aWayBackToAnythingButThePredecessorIsNone() {
    scene.release.release =
        scene.release.release.replace("rollback: {to: \"1\"}", "rollback: {to: \"0\"}");
    scene.release.others.put("0", new OtherRelease(true, Standing.STANDBY, YESTERDAY));
    assertThat(scene.findings()).containsExactly("not-the-way-back");
    scene.release.others.remove("0");
    assertThat(scene.findings()).containsExactly("not-the-way-back", "rollback-unknown");
    scene.release.predecessor = null;
    assertThat(scene.findings()).containsExactly("not-the-way-back", "rollback-unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "true, CLEAR, ''",
    "true, STANDBY, ''",
    "true, SUSPENDED, rollback-not-possible",
    "true, ENDED, rollback-not-possible",
    "false, CLEAR, rollback-never-live"
  })
  void theWayBackWasLiveAndCanBeGrantedAgain(boolean wasLive, Standing standing, String finding) {
    scene.release.others.put("1", new OtherRelease(wasLive, standing, YESTERDAY));
    assertThat(scene.findings()).isEqualTo(finding.isEmpty() ? List.of() : List.of(finding));
  }

  @Test
  void signOffsThatAreTooOldForARollbackAreNoted() {
    Instant old = Instant.parse("2026-10-01T12:00:00Z");
    scene.release.others.put("1", new OtherRelease(true, Standing.CLEAR, old));
    assertThat(scene.findings()).containsExactly("rollback-needs-sign-offs");
    assertThat(scene.run().outcome()).isEqualTo(CheckOutcome.PASS);
    scene.release.others.put("1", new OtherRelease(true, Standing.CLEAR, null));
    assertThat(scene.findings()).containsExactly("rollback-needs-sign-offs");
  }

  @Test
  void anEndpointThatAnswersForThisImageAndModelDoes() {
    healthOnly();
    answer("sha256:" + "ab".repeat(32), Contexts.digest("weights"));
    assertThat(scene.findings()).isEmpty();
    assertThat(scene.run().evidence()).as("another answer every time").isEmpty();
    answer("sha256:" + "ab".repeat(32), "sha256:00");
    assertThat(scene.findings()).containsExactly("health-other-model");
    scene.release.files.put("https://canary.example.com/fraud-scorer/2/health", "OK");
    assertThat(scene.findings()).containsExactly("unreadable-health");
  }

  @Test
  void anEndpointThatDoesNotAnswerIsATroubleOfMachinery() {
    healthOnly();
    assertThatThrownBy(scene::run)
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE));
    scene.release.refused = "https://canary.example.com/fraud-scorer/2/health";
    assertThatThrownBy(scene::run)
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED));
  }

  @Test
  void anEndpointThatNamesNothingIsNoted() {
    healthOnly();
    scene.release.with =
        HEALTH.replaceAll(", \"digests\": \\{.*?}", "").replace("health\",", "health\"");
    scene.release.files.put("https://canary.example.com/fraud-scorer/2/health", "OK");
    assertThat(scene.findings()).containsExactly("health-names-nothing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"smokeTest\": \"optional\"}",
        "{\"smokeTest\": \"none\"}",
        "{\"minTests\": 0}",
        "{\"minTests\": 1.5}",
        "{\"minTests\": \"2\"}",
        "{\"registries\": []}",
        "{\"firstRelease\": true}",
        "{\"names\": [\"weights\"]}",
        "{\"health\": {}}",
        "{\"health\": {\"url\": \"http://canary.example.com\"}}",
        "{\"health\": {\"url\": \"https://canary.example.com\", \"expect\": 200}}",
        "{\"health\": {\"url\": \"https://canary.example.com\", \"digests\": {\"image\": \"image\"}}}",
        "{\"health\": {\"url\": \"https://canary.example.com\", \"digests\": {\"weights\": \"/w\"}}}",
        "{\"lenient\": true}"
      })
  void settingsThatAreNotUnderstoodAreRefused(String with) {
    scene.release.with = with;
    assertThatThrownBy(scene::run)
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }

  private void healthOnly() {
    scene.release.with = HEALTH;
    scene.release.release = scene.release.release.replace("evidence: {smokeTest: smoke}", "");
  }

  private void answer(String image, String model) {
    scene.release.files.put(
        "https://canary.example.com/fraud-scorer/2/health",
        "{\"image\": \"" + image + "\", \"build\": {\"model\": \"" + model + "\"}}");
  }
}
