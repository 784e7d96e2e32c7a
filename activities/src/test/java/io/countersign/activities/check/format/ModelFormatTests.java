package io.countersign.activities.check.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.check.Contexts;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectSource;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFormatTests {
  private static final Path INPUTS = inputs();

  /** What each file or folder of the folder must give; nothing for a sound one. */
  private static final Map<String, String> EXPECTED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("sound.safetensors", ""),
              Map.entry("truncated.safetensors", "truncated"),
              Map.entry("cut-in-header.safetensors", "truncated"),
              Map.entry("shorter-than-its-length.safetensors", "truncated"),
              Map.entry("beyond-the-end.safetensors", "truncated"),
              Map.entry("header-length-negative.safetensors", "header-length"),
              Map.entry("header-length-huge.safetensors", "header-length"),
              Map.entry("trailing-bytes.safetensors", "trailing-bytes"),
              Map.entry("duplicate-tensor.safetensors", "header"),
              Map.entry("extra-field.safetensors", "header"),
              Map.entry("metadata-not-text.safetensors", "header"),
              Map.entry("not-utf8.safetensors", "header"),
              Map.entry("two-objects.safetensors", "header"),
              Map.entry("header-is-a-list.safetensors", "header"),
              Map.entry("overlap.safetensors", "tensor-overlap"),
              Map.entry("hole.safetensors", "tensor-hole"),
              Map.entry("shape-overflow.safetensors", "tensor-size"),
              Map.entry("shape-negative.safetensors", "tensor-size"),
              Map.entry("shape-beyond-64-bits.safetensors", "tensor-size"),
              Map.entry("shape-and-offsets-differ.safetensors", "tensor-size"),
              Map.entry("offsets-backwards.safetensors", "tensor-size"),
              Map.entry("half-a-byte.safetensors", "tensor-size"),
              Map.entry("unknown-type.safetensors", "tensor-type"),
              Map.entry("pickle.safetensors", "disguised"),
              Map.entry("sound.onnx", ""),
              Map.entry("sound-external", ""),
              Map.entry("sound-directory", ""),
              Map.entry("cut.onnx", "not-protobuf"),
              Map.entry("text.onnx", "not-protobuf"),
              Map.entry("trailing.onnx", "not-protobuf"),
              Map.entry("appended-zip.onnx", "unknown-field"),
              Map.entry("empty.onnx", "empty-model truncated"),
              Map.entry("pickle.onnx", "disguised"),
              Map.entry("no-graph.onnx", "graph"),
              Map.entry("two-graphs.onnx", "repeated-field"),
              Map.entry("no-ir-version.onnx", "ir-version"),
              Map.entry("ir-version-of-tomorrow.onnx", "ir-version"),
              Map.entry("no-operator-sets.onnx", "operator-sets"),
              Map.entry("python-operator.onnx", "unknown-operators"),
              Map.entry("operator-in-a-branch.onnx", "unknown-operators"),
              Map.entry("graphs-within-graphs.onnx", "too-deep"),
              Map.entry("external-parent", "external-data-outside"),
              Map.entry("external-from-top", "external-data-outside"),
              Map.entry("external-drive", "external-data-outside"),
              Map.entry("external-inner-parent", "external-data-outside"),
              Map.entry("external-missing", "external-data-missing"),
              Map.entry("external-itself", "external-data-missing"),
              Map.entry("external-short", "external-data-short"),
              Map.entry("external-offset-overflow", "external-data-short"),
              Map.entry("external-offset-negative", "external-data may-run-code"),
              Map.entry("external-twice", "external-data may-run-code"),
              Map.entry("external-nowhere", "external-data"),
              Map.entry("external-pickle", "may-run-code"),
              Map.entry("protocol-4.pkl", "may-run-code"),
              Map.entry("protocol-0.pkl", "may-run-code"),
              Map.entry("protocol-0-named-text.txt", "may-run-code"),
              Map.entry("broken-after-the-call.bin", "may-run-code"),
              Map.entry("long-text-before-the-call.bin", "may-run-code"),
              Map.entry("named-pickle.pt", "may-run-code"),
              Map.entry("zlib.joblib", "may-run-code"),
              Map.entry("gzip.bin", "may-run-code"),
              Map.entry("sound.npy", ""),
              Map.entry("objects.npy", "may-run-code"),
              Map.entry("code-in-header.npy", "may-run-code"),
              Map.entry("truncated.npy", "truncated"),
              Map.entry("trailing.npy", "trailing-bytes"),
              Map.entry("shape-overflow.npy", "tensor-size"),
              Map.entry("sound.npz", ""),
              Map.entry("objects.npz", "disguised"),
              Map.entry("bomb.npz", "zip-bomb"),
              Map.entry("path-out-of-the-archive.npz", "zip-path"),
              Map.entry("two-entries-of-one-name.npz", "zip-inconsistent"),
              Map.entry("directory-lists-another-name.npz", "zip-inconsistent"),
              Map.entry("junk-in-front.npz", "zip-inconsistent"),
              Map.entry("overlapping-entries.npz", "zip-overlap"),
              Map.entry("truncated.npz", "truncated"),
              Map.entry("pytorch.pt", "may-run-code"),
              Map.entry("pytorch-named-data.bin", "may-run-code"),
              Map.entry("sound.keras", ""),
              Map.entry("lambda.keras", "may-run-code"),
              Map.entry("escaped-lambda.keras", "may-run-code"),
              Map.entry("foreign-module.keras", "may-run-code"),
              Map.entry("custom-class.keras", "may-run-code"),
              Map.entry("function.keras", "may-run-code"),
              Map.entry("two-configs.keras", "may-run-code"),
              Map.entry("pickle-beside.keras", "may-run-code"),
              Map.entry("any.h5", "may-run-code"),
              Map.entry("hdf5-by-content.bin", "may-run-code"),
              Map.entry("user-block-before-hdf5.bin", "may-run-code"),
              Map.entry("remote-code", "may-run-code"),
              Map.entry("code-of-another-repository.json", "may-run-code"),
              Map.entry("code-under-an-escaped-name.json", "may-run-code"),
              Map.entry("custom-pipeline.json", "may-run-code"),
              Map.entry("broken.json", "may-run-code"),
              Map.entry("utf-16.json", "may-run-code"),
              Map.entry("deep.json", "may-run-code"),
              Map.entry("sound.json", ""),
              Map.entry("python-object.yaml", "may-run-code"),
              Map.entry("python-name-in-full.yaml", "may-run-code"),
              Map.entry("python-by-a-tag-of-its-own.yml", "may-run-code"),
              Map.entry("tag-of-an-application.yaml", "may-run-code"),
              Map.entry("tag-behind-a-line-separator.yaml", "may-run-code"),
              Map.entry("broken.yaml", "may-run-code"),
              Map.entry("sound.yaml", ""),
              Map.entry("mlflow-model", "may-run-code"),
              Map.entry("notebook.ipynb", "may-run-code"),
              Map.entry("native-library.bin", "may-run-code"),
              Map.entry("shell-script.txt", "may-run-code"),
              Map.entry("saved_model.pb", "may-run-code"),
              Map.entry("gguf.bin", "may-run-code"),
              Map.entry("random.bin", "may-run-code")));

  private static final String SCANNED =
      "{\"mayRunCode\": \"scanned\", \"scanners\": [\"modelscan\"]}";

  @TempDir Path root;
  private final Contexts release = new Contexts();

  private static Path inputs() {
    try {
      return Path.of(
          Objects.requireNonNull(
                  ModelFormatTests.class.getResource(
                      "/io/countersign/activities/check/model-format"))
              .toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<String> every() throws IOException {
    try (Stream<Path> all = Files.list(INPUTS)) {
      List<String> names =
          Stream.concat(
                  all.map(input -> input.getFileName().toString()), EXPECTED.keySet().stream())
              .distinct()
              .sorted()
              .toList();
      return names.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("every")
  void judgesEveryInputOfTheFolder(String name) throws IOException {
    assertThat(EXPECTED).as("the table says what %s must give", name).containsKey(name);
    CheckResult result = check(new FileRootSource(List.of(INPUTS), 1L << 24, 100), name);
    String finding = EXPECTED.get(name);
    assertThat(ids(result)).isEqualTo(finding.isEmpty() ? List.of() : List.of(finding.split(" ")));
    assertThat(result.outcome())
        .isEqualTo(finding.isEmpty() ? CheckOutcome.PASS : CheckOutcome.FAIL);
  }

  @Test
  void passesTheModelsOfTheExampleAndCountsWhatItSaw() throws IOException {
    Path example = Path.of("..", "examples", "fraud-scorer");
    for (String model : List.of("models/1", "models/2")) {
      CheckResult result = check(new FileRootSource(List.of(example), 1L << 24, 100), model);
      assertThat(result.findings()).isEmpty();
      assertThat(result.measurements())
          .containsEntry("files.onnx", "1")
          .containsEntry("files.text", "1");
    }
  }

  @Test
  void failsWhenTheBytesAreNotThoseOfTheManifest() throws IOException {
    FileRootSource source = new FileRootSource(List.of(INPUTS), 1L << 24, 100);
    release.release = release.release.replace("uri: model,", "uri: sound.onnx,");
    release.source = source;
    assertThat(ids(release.run(new ModelFormat()))).containsExactly("digest-mismatch");
  }

  @Test
  void failsOnNothing() throws IOException {
    Files.createDirectory(root.resolve("model"));
    assertThat(ids(check("model"))).containsExactly("empty-model");
  }

  @Test
  void takesOperatorsOfTheDomainsThatTheTierNames() throws IOException {
    release.with = "{\"operatorDomains\": [\"ai.onnx.contrib\"]}";
    FileRootSource source = new FileRootSource(List.of(INPUTS), 1L << 24, 100);
    assertThat(ids(check(source, "python-operator.onnx"))).isEmpty();
  }

  @Test
  void takesAPickleWhoseBytesAScannerCleared() throws IOException {
    pickle();
    scan(sarif(digestOf("model.pkl"), "", true, "modelscan"));
    CheckResult result = check("model.pkl");
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(ids(result)).containsExactly("scanned");
    assertThat(result.measurements()).containsEntry("scanned", "1");
    scan(statement("model.pkl", digestOf("model.pkl"), "model.pkl", 0, "[]", "[]"));
    assertThat(ids(check("model.pkl"))).containsExactly("scanned");
  }

  static Stream<List<String>> badScans() {
    String other = "ab".repeat(32);
    return Stream.of(
        List.of("no scan at all", "", "not-scanned"),
        List.of("of other bytes", sarif(other, "", true, "modelscan"), "not-scanned"),
        List.of("by another tool", sarif("DIGEST", "", true, "guesser"), "not-scanned"),
        List.of("that failed", sarif("DIGEST", "", false, "modelscan"), "scan-incomplete"),
        List.of(
            "without invocations",
            sarif("DIGEST", "", true, "modelscan").replaceFirst("\"invocations\":\\[[^]]*],", ""),
            "scan-incomplete"),
        List.of("with a find", sarif("DIGEST", "{}", true, "modelscan"), "scan-found"),
        List.of(
            "with a suppressed find",
            sarif("DIGEST", "{\"level\":\"error\",\"suppressions\":[{}]}", true, "modelscan"),
            "scan-found"),
        List.of("no JSON", "no JSON", "not-scanned"),
        List.of("cut off", sarif("DIGEST", "", true, "modelscan").substring(0, 90), "not-scanned"),
        List.of(
            "twice a field",
            sarif("DIGEST", "", true, "modelscan").replaceFirst("\\{", "{\"version\":\"2.1.0\","),
            "not-scanned"),
        List.of(
            "another version",
            sarif("DIGEST", "", true, "modelscan").replace("2.1.0", "1.0.0"),
            "not-scanned"),
        List.of("a bare report of modelscan", predicate("model.pkl", 0, "[]", "[]"), "not-scanned"),
        List.of(
            "a statement about a file that was not scanned",
            statement("model.pkl", "DIGEST", "other.pkl", 0, "[]", "[]"),
            "not-scanned"),
        List.of(
            "a statement with issues",
            statement("model.pkl", "DIGEST", "model.pkl", 1, "[{}]", "[]"),
            "scan-found"),
        List.of(
            "a statement that hides its issues",
            statement("model.pkl", "DIGEST", "model.pkl", 0, "[{}]", "[]"),
            "scan-found"),
        List.of(
            "a statement with errors",
            statement("model.pkl", "DIGEST", "model.pkl", 0, "[]", "[{}]"),
            "scan-incomplete"));
  }

  @ParameterizedTest
  @MethodSource("badScans")
  void refusesAPickleWithAScan(List<String> scan) throws IOException {
    pickle();
    if (!scan.get(1).isEmpty()) {
      scan(scan.get(1).replace("DIGEST", digestOf("model.pkl")));
    }
    CheckResult result = check("model.pkl");
    assertThat(ids(result)).contains(scan.get(2));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void countsAMillionResultsWithoutHoldingThem() {
    String results = "{},".repeat(1_000_000) + "{}";
    ScanReport report =
        ScanReport.read(
            sarif("ab".repeat(32), results, true, "modelscan").getBytes(StandardCharsets.UTF_8));
    assertThat(Objects.requireNonNull(report).finds()).isEqualTo(1_000_001);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"mayRunCode\": \"allowed\"}",
        "{\"mayRunCode\": true}",
        "{\"mayRunCode\": \"scanned\"}",
        "{\"mayRunCode\": \"scanned\", \"scanners\": []}",
        "{\"mayRunCode\": \"scanned\", \"scanners\": [1]}",
        "{\"mayRunCode\": \"scanned\", \"scanners\": \"modelscan\"}",
        "{\"operatorDomains\": [\"a\", \"a\"]}",
        "{\"pickle\": \"scanned\"}"
      })
  void refusesSettingsThatItDoesNotKnow(String with) {
    release.with = with;
    release.source = new FileRootSource(List.of(INPUTS), 1L << 24, 100);
    release.release = release.release.replace("uri: model,", "uri: sound.onnx,");
    assertThatThrownBy(() -> release.run(new ModelFormat()))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }

  @Test
  void refusesASourceThatDoesNotShowFiles() {
    release.source =
        new SubjectSource() {
          @Override
          public SubjectDigest digest(String uri, Progress progress) {
            throw new AssertionError("digested without being looked at");
          }

          @Override
          public byte[] document(String uri, Progress progress) {
            throw new AssertionError("read as a document");
          }
        };
    assertThatThrownBy(() -> release.run(new ModelFormat()))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED));
  }

  private void pickle() throws IOException {
    Files.copy(INPUTS.resolve("protocol-4.pkl"), root.resolve("model.pkl"));
    release.with = SCANNED;
  }

  private void scan(String report) throws IOException {
    Files.writeString(root.resolve("scan.json"), report);
    release.release = release.release.replace("{metrics: metrics.json}", "{scans: [scan.json]}");
  }

  private String digestOf(String file) {
    return new FileRootSource(List.of(root), 1 << 20, 10)
        .digest(file, Progress.unwatched())
        .digest()
        .hex();
  }

  private static String sarif(String digest, String results, boolean well, String tool) {
    return """
    {"version":"2.1.0","runs":[{"invocations":[{"executionSuccessful":WELL}],
    "tool":{"driver":{"name":"TOOL"}},"artifacts":[{"hashes":{"sha-256":"DIGEST"}}],"results":[RESULTS]}]}
    """
        .replace("DIGEST", digest)
        .replace("WELL", Boolean.toString(well))
        .replace("TOOL", tool)
        .replace("RESULTS", results);
  }

  private static String statement(
      String subject, String digest, String scanned, int total, String issues, String errors) {
    return """
    {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"SUBJECT","digest":{"sha256":"DIGEST"}}],
    "predicateType":"https://countersign.io/scan/modelscan/v1","predicate":PREDICATE}
    """
        .replace("SUBJECT", subject)
        .replace("DIGEST", digest)
        .replace("PREDICATE", predicate(scanned, total, issues, errors));
  }

  private static String predicate(String scanned, int total, String issues, String errors) {
    return """
    {"summary": {"total_issues_by_severity": {"LOW": 0}, "total_issues": TOTAL, "input_path": "model.pkl",
    "modelscan_version": "0.8.8", "scanned": {"total_scanned": 1, "scanned_files": ["SCANNED"]}},
    "issues": ISSUES, "errors": ERRORS}
    """
        .replace("TOTAL", Integer.toString(total))
        .replace("SCANNED", scanned)
        .replace("ISSUES", issues)
        .replace("ERRORS", errors);
  }

  private CheckResult check(String model) {
    return check(new FileRootSource(List.of(root), 1L << 24, 100), model);
  }

  private CheckResult check(FileRootSource source, String model) {
    Digest digest = source.digest(model, Progress.unwatched()).digest();
    release.source = source;
    release.release =
        release.release.replaceFirst(
            "model: \\{uri: [^,]*, digest: \"[^\"]*\"",
            "model: {uri: " + model + ", digest: \"" + digest + "\"");
    return release.run(new ModelFormat());
  }

  private static List<String> ids(CheckResult result) {
    return result.findings().stream().map(Finding::id).distinct().toList();
  }
}
