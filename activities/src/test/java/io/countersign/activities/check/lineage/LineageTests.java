package io.countersign.activities.check.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.check.Contexts;
import io.countersign.activities.port.Progress;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineageTests {
  private static final String COMMIT = "git:3f786850e387550fdab836ed7e6dc881de23001b";
  private static final String OTHER_COMMIT = "git:" + "0".repeat(40);

  private final LineageScene scene = new LineageScene();

  @ParameterizedTest
  @CsvSource({
    "provenance.dsse.json, signed-provenance, false",
    "provenance.json, unsigned-provenance, true",
    "run.json, mlflow-run, true",
    "bom.json, ml-bom, true"
  })
  void everyFormSaysModelDatasetCodeAndMaker(String file, String form, boolean unsigned) {
    CheckResult result = scene.document(LineageScene.SOUND.text(file)).run();
    assertThat(result.outcome()).as(result.findings().toString()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.measurements()).containsEntry("code", COMMIT).containsEntry("form", form);
    assertThat(result.contributors()).containsExactly("dana@example.com");
    assertThat(scene.findings()).isEqualTo(unsigned ? List.of("unsigned-lineage") : List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "provenance.dsse.json, unsigned-provenance",
    "provenance.json, signed-provenance",
    "run.json, signed-provenance",
    "bom.json, signed-provenance"
  })
  void aFormThatTheTierDoesNotTakeFails(String file, String accepted) {
    String builders =
        accepted.startsWith("un") ? "{\"id\": \"w\"}" : "{\"id\": \"c\", \"keys\": [\"k\"]}";
    scene.release.with = "{\"accept\": [\"" + accepted + "\"], \"builders\": [" + builders + "]}";
    assertThat(scene.document(LineageScene.SOUND.text(file)).findings())
        .containsExactly("form-not-accepted");
  }

  @Test
  void aFormThatTheTierRequiresMustBeThereWhateverElseIs() {
    scene.release.with =
        LineageScene.RULES.replace(
            "{\"accept\"", "{\"require\": [\"signed-provenance\"], \"accept\"");
    scene.document(LineageScene.SOUND.text("bom.json"));
    assertThat(scene.findings()).containsExactly("form-missing", "unsigned-lineage");
    scene.document(LineageScene.SOUND.text("provenance.dsse.json"));
    assertThat(scene.findings()).isEmpty();
  }

  @Test
  void codeThatIsNamedInAnotherWayIsNotCompared() {
    scene.document(LineageScene.SOUND.text("provenance.dsse.json")).after("code", "files:00");
    assertThat(scene.findings()).containsExactly("code-not-comparable");
  }

  @Test
  void aManifestWithoutLineageFails() {
    scene.release.release = scene.release.release.replace("evidence: {lineage: lineage.json}", "");
    assertThat(scene.findings()).containsExactly("no-lineage");
  }

  @Test
  void everyDocumentMustHoldAndNameTheSameCode() {
    scene.release.release =
        scene.release.release.replace(
            "{lineage: lineage.json}", "{lineage: lineage.json, bom: bom.json}");
    scene.document(LineageScene.SOUND.text("provenance.dsse.json"));
    String bom = LineageScene.SOUND.text("bom.json");
    scene.release.files.put("bom.json", bom);
    assertThat(scene.findings()).containsExactly("unsigned-lineage");
    scene.release.files.put("bom.json", bom.replace("3f78", "0000"));
    assertThat(scene.findings()).containsExactly("contradiction", "unsigned-lineage");
    scene.release.files.put("bom.json", "{}");
    assertThat(scene.findings()).containsExactly("unreadable-lineage");
  }

  @Test
  void aSourceThatIsAwayIsNoFinding() {
    assertThatThrownBy(scene::run)
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE));
  }

  @Test
  void aRetrainedModelWithoutCodeChangeIsNamed() {
    scene.document(LineageScene.SOUND.text("provenance.dsse.json")).after("code", COMMIT);
    assertThat(scene.findings()).isEmpty();
    scene.release.predecessor = predecessor("MODEL", "PROMPTS");
    assertThat(scene.findings()).containsExactly("retrained");
    assertThat(scene.run().outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(message()).contains("no code change since 1", "on the same data");
    scene.release.predecessor = scene.release.predecessor.replace("DATASET", "PROMPTS");
    assertThat(message()).contains("on other data");
  }

  @Test
  void aTierMayRefuseARetrainedModel() {
    scene.document(LineageScene.SOUND.text("provenance.dsse.json")).after("code", COMMIT);
    scene.release.predecessor = predecessor("MODEL", "PROMPTS");
    scene.release.with =
        LineageScene.RULES.replace("{\"accept\"", "{\"refuse\": [\"retrained\"], \"accept\"");
    assertThat(scene.run().outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void parametersOfARetrainingAreCompared() {
    scene.document(LineageScene.SOUND.text("provenance.dsse.json"));
    String parameters = scene.run().measurements().get("parameters");
    scene.after("code", COMMIT, "parameters", parameters);
    scene.release.predecessor = predecessor("MODEL", "PROMPTS");
    assertThat(message()).contains("with the same parameters");
    scene.release.measured.put("parameters", "sha256:00");
    assertThat(message()).contains("with other parameters");
  }

  @Test
  void aModelThatStaysWhenTheDatasetChangesIsNamed() {
    scene.document(LineageScene.SOUND.text("provenance.dsse.json")).after("code", COMMIT);
    scene.release.predecessor = predecessor("DATASET", "PROMPTS");
    assertThat(scene.findings()).containsExactly("model-unchanged");
  }

  @Test
  void aModelThatStaysWhenTheCodeChangesIsNamed() {
    scene.document(LineageScene.SOUND.text("provenance.dsse.json")).after("code", OTHER_COMMIT);
    assertThat(scene.findings()).containsExactly("rebuilt");
    scene.release.predecessor = predecessor("MODEL", "PROMPTS");
    assertThat(scene.findings()).isEmpty();
    assertThat(scene.run().measurements()).containsEntry("code.changed", "true");
  }

  @Test
  void codeThatNobodySignedIsNotCompared() {
    scene.document(LineageScene.SOUND.text("provenance.dsse.json")).after();
    assertThat(scene.findings()).containsExactly("code-not-comparable");
  }

  @Test
  void codeMayBeFilesInsteadOfACommit() {
    String rules =
        LineageScene.RULES.replace(
            "\"materials\": [", "\"code\": [\"requirements.txt\"], \"materials\": [");
    scene.release.with = rules;
    scene.document(LineageScene.SOUND.text("provenance.dsse.json"));
    assertThat(scene.run().measurements().get("code")).startsWith("files:");
    scene.release.with = rules.replace("[\"requirements.txt\"], \"mat", "[\"train.py\"], \"mat");
    assertThat(scene.findings()).containsExactly("no-code");
  }

  @Test
  void makersWhomNobodyMappedAreKeptOrRefused() {
    scene.document(LineageScene.SOUND.text("provenance.dsse.json"));
    scene.release.with = LineageScene.RULES.replace("{\"dana\"", "{\"omar\"");
    assertThat(scene.run().contributors()).containsExactly("dana");
    scene.release.with =
        scene.release.with.replace("{\"accept\"", "{\"makers\": \"known\", \"accept\"");
    assertThat(scene.findings()).containsExactly("unknown-maker");
  }

  @Test
  void aBuilderMayBeAPersonsMachine() {
    scene.release.with =
        LineageScene.RULES.replace(
            "{\"dana\"", "{\"https://ci.example.com/train\": \"omar@example.com\", \"dana\"");
    scene.document(LineageScene.SOUND.text("provenance.dsse.json"));
    assertThat(scene.run().contributors()).containsExactly("dana@example.com", "omar@example.com");
  }

  @Test
  void aModelMayBeNamedByAllItsFilesInsteadOfTheWhole(@TempDir Path root) throws IOException {
    Files.createDirectory(root.resolve("model"));
    Files.writeString(root.resolve("model/a"), "weights");
    Files.writeString(root.resolve("model/b"), "rows");
    FileRootSource source = new FileRootSource(List.of(root), 1L << 20, 10);
    scene.release.source = source;
    scene.release.release =
        scene.release.release.replace(
            "MODEL", source.digest("model", Progress.unwatched()).digest().toString());
    String statement = LineageScene.SOUND.text("provenance.json");
    Files.writeString(root.resolve("lineage.json"), statement);
    assertThat(scene.findings()).containsExactly("other-model", "unsigned-lineage");
    String both =
        statement.replace(
            "\"subject\": [",
            "\"subject\": [{\"name\": \"model/b\", \"digest\": {\"sha256\": \""
                + Contexts.digest("rows").substring("sha256:".length())
                + "\"}}, ");
    Files.writeString(root.resolve("lineage.json"), both);
    assertThat(scene.findings()).containsExactly("unsigned-lineage");
    Files.writeString(root.resolve("model/c"), "more");
    assertThat(scene.findings()).containsExactly("other-model", "unsigned-lineage");
  }

  @Test
  void whereNobodySaysWhichMaterialIsTheDatasetOneOfThemMustBe() {
    scene.release.with = LineageScene.RULES.replace("\"dataset\": [\"dataset\"],", "");
    assertThat(scene.document(LineageScene.SOUND.text("provenance.dsse.json")).findings())
        .isEmpty();
    scene.release.release = scene.release.release.replace("DATASET", "PROMPTS");
    assertThat(scene.findings()).contains("no-dataset");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"accept\": [\"signed-provenance\",' | '\"accept\": [\"any\",'",
        "'\"accept\": [\"signed-provenance\",' | '\"accept\": [\"ml-bom\",'",
        "'\"unsigned-provenance\", ' | ''",
        "'{\"id\": \"https://workstation.example.com/dana\"}' | '{}'",
        "'{\"id\": \"https://workstation.example.com/dana\"}' | '{\"id\": \"a\", \"key\": []}'",
        "'{\"id\": \"https://workstation.example.com/dana\"}' | '{\"id\": \"a\", \"keys\": []}'",
        "'https://workstation.example.com/dana' | 'https://ci.example.com/train'",
        "'\"dataset\": [\"dataset\"]' | '\"dataset\": []'",
        "'\"actors\": [\"/build' | '\"actors\": [\"build'",
        "'{\"dana\": \"dana@example.com\"}' | '{}'",
        "'\"people\"' | '\"refuse\": [\"all\"], \"people\"'",
        "'\"people\"' | '\"require\": [\"provenance\"], \"people\"'",
        "'\"people\"' | '\"require\": [], \"people\"'",
        "'\"people\"' | '\"tags\": {\"code\": \"x\"}, \"people\"'",
        "'\"people\"' | '\"makers\": \"none\", \"people\"'",
        "'\"people\"' | '\"lenient\": true, \"people\"'"
      })
  void settingsThatAreNotUnderstoodAreRefused(String good, String bad) {
    assertThat(LineageScene.RULES).contains(good);
    scene.release.with = LineageScene.RULES.replace(good, bad);
    scene.document(LineageScene.SOUND.text("provenance.dsse.json"));
    unusable();
  }

  @Test
  void aKeyThatIsNoneIsRefused() {
    scene.release.with = LineageScene.RULES.replace(LineageScene.KEY, "ssh-ed25519 AAAA");
    scene.document(LineageScene.SOUND.text("provenance.dsse.json"));
    unusable();
  }

  private void unusable() {
    assertThatThrownBy(scene::run)
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }

  /** The predecessor with another subject in place of one. */
  private String predecessor(String subject, String other) {
    return String.valueOf(scene.release.predecessor)
        .replace("\"" + subject + "\"", "\"" + other + "\"");
  }

  private String message() {
    return scene.run().findings().get(0).message();
  }
}
