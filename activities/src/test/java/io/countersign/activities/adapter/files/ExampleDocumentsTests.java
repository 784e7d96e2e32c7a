package io.countersign.activities.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.port.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that people copy are valid. */
class ExampleDocumentsTests {
  private static final Path EXAMPLE = Path.of("..", "examples", "fraud-scorer");

  private final DocumentReader reader = new DocumentReader(key -> Keys.publicKey(key).keyId());

  @ParameterizedTest
  @ValueSource(strings = {"2026.11.1", "2026.11.2", "2026.11.3"})
  void readsTheReleases(String version) {
    Path file = EXAMPLE.resolve("releases").resolve(version).resolve("release.yaml");
    assertThat(reader.release(file).manifest().metadata().version()).isEqualTo(version);
  }

  @Test
  void readsTheGatePolicy() {
    assertThat(reader.gate(EXAMPLE.resolve("gate.yaml")).policy().tiers()).hasSizeGreaterThan(1);
  }

  @Test
  void readsTheApprovers() {
    assertThat(reader.approvers(EXAMPLE.resolve("approvers.example.yaml")).approvers().people())
        .hasSizeGreaterThan(3);
  }

  /** The reports were written by a Python script that knows only the documented form of digests. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void digestsAsAnIndependentScriptDoes(String number) throws IOException {
    FileRootSource source = new FileRootSource(List.of(EXAMPLE), 1 << 24, 1_000);
    JsonNode report =
        new ObjectMapper()
            .readTree(source.document("reports/" + number + "/metrics.json", Progress.unwatched()));
    assertThat(source.digest("models/" + number, Progress.unwatched()).digest().toString())
        .isEqualTo(report.at("/model/digest").asText());
    assertThat(source.digest("data/train.csv", Progress.unwatched()).digest().toString())
        .isEqualTo(report.at("/dataset/digest").asText());
  }
}
