package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.signing.BuilderAttestations;
import io.countersign.activities.check.format.ModelFormat;
import io.countersign.activities.check.lineage.Lineage;
import io.countersign.activities.check.quality.ModelQuality;
import io.countersign.activities.check.readiness.DeploymentReadiness;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The settings that docs/checks.md shows pass on the example's releases, one after the other. */
class ExampleChecksTests {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Check> checks() {
    return Stream.of(
        new ArtifactIntegrity(),
        new ModelFormat(),
        new ModelQuality(),
        new Lineage(new BuilderAttestations()),
        new DeploymentReadiness());
  }

  @ParameterizedTest
  @MethodSource("checks")
  void theDocumentedSettingsPassOnTheExample(Check check) {
    ExampleReleases example = new ExampleReleases();
    JsonNode with = documented(check.name());
    @Nullable SortedMap<String, String> measured = null;
    @Nullable String predecessor = null;
    for (String version : List.of("2026.11.1", "2026.11.2", "2026.11.3")) {
      CheckResult result = example.run(check, with, version, predecessor, measured);
      assertThat(result.outcome())
          .as(version + " " + result.findings())
          .isEqualTo(CheckOutcome.PASS);
      measured = result.measurements();
      predecessor = version;
    }
  }

  /** The settings of the snippet in the check's section. */
  private static JsonNode documented(String check) {
    String page = CheckScene.text("../../docs/checks.md");
    Matcher snippet =
        Pattern.compile("## " + Pattern.quote(check) + "\n.*?```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(page);
    assertThat(snippet.find()).isTrue();
    Object yaml = new Load(LoadSettings.builder().build()).loadFromString(snippet.group(1));
    return JSON.valueToTree(((Map<?, ?>) ((List<?>) yaml).get(0)).get("with"));
  }
}
