package io.countersign.activities.check.lineage;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.check.BadInputs;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents that are broken, forged or about something else, each in one place. */
class BadLineageTests {
  private static final BadInputs FOLDER = new BadInputs("lineage");
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          entry("signed-by-another-key.json", "forged-provenance"),
          entry("payload-swapped-under-the-signature.json", "forged-provenance"),
          entry("signed-in-the-name-of-another-builder.json", "forged-provenance"),
          entry("key-less-builder-signed-by-somebody.json", "forged-provenance"),
          entry("no-signature.json", "forged-provenance"),
          entry("signature-empty.json", "forged-provenance"),
          entry("signing-builder-without-signature.json", "not-signed"),
          entry("builder-nobody-listed.json", "unknown-builder"),
          entry("builder-missing.json", "unknown-builder"),
          entry("predicate-a-list.json", "unknown-builder"),
          entry("payload-type-other.json", "unreadable-lineage"),
          entry("payload-not-base64.json", "unreadable-lineage"),
          entry("payload-not-json.json", "unreadable-lineage"),
          entry("payload-says-a-field-twice.json", "unreadable-lineage"),
          entry("envelope-truncated.json", "unreadable-lineage"),
          entry("envelope-with-another-field.json", "unreadable-lineage"),
          entry("statement-v0.1.json", "other-predicate"),
          entry("provenance-v0.2.json", "other-predicate"),
          entry("other-predicate.json", "other-predicate"),
          entry("build-type-other.json", "other-build-type"),
          entry("other-model.json", "other-model"),
          entry("subject-missing.json", "other-model"),
          entry("model-by-sha1.json", "other-model"),
          entry("other-dataset.json", "other-dataset"),
          entry("second-dataset.json", "other-dataset"),
          entry("dataset-without-digest.json", "other-dataset"),
          entry("dataset-missing.json", "no-dataset"),
          entry("code-missing.json", "no-code"),
          entry("code-by-branch.json", "no-code"),
          entry("code-from-elsewhere.json", "other-repository"),
          entry("code-from-a-look-alike.json", "other-repository"),
          entry("material-by-md5.json", "material-not-pinned"),
          entry("material-nobody-listed.json", "unlisted-material"),
          entry("actor-missing.json", "no-makers"),
          entry("actor-an-object.json", "no-makers"),
          entry("run-failed.json", "run-not-finished"),
          entry("run-still-running.json", "run-not-finished"),
          entry("run-deleted.json", "run-not-finished"),
          entry("run-of-another-model.json", "other-model"),
          entry("run-without-model.json", "other-model"),
          entry("run-with-two-models.json", "said-twice"),
          entry("run-on-another-dataset.json", "other-dataset"),
          entry("run-with-mlflows-digest-alone.json", "other-dataset"),
          entry("run-without-inputs.json", "no-dataset"),
          entry("run-without-commit.json", "no-code"),
          entry("run-of-nobody.json", "no-makers"),
          entry("bom-1.3.json", "other-bom"),
          entry("bom-not-cyclonedx.json", "other-bom"),
          entry("bom-of-a-library.json", "no-model"),
          entry("bom-of-two-models.json", "no-model"),
          entry("bom-of-another-model.json", "other-model"),
          entry("bom-model-by-md5.json", "other-model"),
          entry("bom-on-another-dataset.json", "other-dataset"),
          entry("bom-dataset-by-name-alone.json", "material-not-pinned"),
          entry("bom-dataset-refers-to-nothing.json", "no-dataset"),
          entry("bom-without-model-card.json", "no-dataset"),
          entry("bom-with-a-reference-twice.json", "said-twice"),
          entry("bom-without-commit.json", "no-code"),
          entry("bom-of-nobody.json", "no-makers"),
          entry("empty.json", "unreadable-lineage"),
          entry("html.json", "unreadable-lineage"),
          entry("list.json", "unreadable-lineage"),
          entry("other-json.json", "unreadable-lineage"),
          entry("nested-too-deep.json", "unreadable-lineage"),
          entry("nan.json", "unreadable-lineage"));

  static Stream<Map.Entry<String, String>> expected() {
    return new TreeMap<>(EXPECTED).entrySet().stream();
  }

  @Test
  void everyFileHasAnExpectation() {
    assertThat(FOLDER.names()).isEqualTo(EXPECTED.keySet());
  }

  @ParameterizedTest
  @MethodSource("expected")
  void aBadDocumentFails(Map.Entry<String, String> defect) {
    CheckResult result = new LineageScene().document(FOLDER.text(defect.getKey())).run();
    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings()).extracting(Finding::id).contains(defect.getValue());
  }
}
