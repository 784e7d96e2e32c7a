package io.countersign.activities.adapter.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.MlflowPlace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowSourceTests {
  private static final String RUN = "0123456789abcdef0123456789abcdef";
  private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts";
  private static final String DOWNLOAD = "/api/2.0/mlflow/model-versions/get-download-uri";
  private static final Bounds BOUNDS =
      new Bounds(
          1 << 20, 10, Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(30), 3);

  private final ScriptedServer server = new ScriptedServer();
  private final Map<String, String> listings = new TreeMap<>();
  @TempDir private Path directory;

  @BeforeEach
  void model() {
    json(DOWNLOAD, "{\"artifact_uri\": \"mlflow-artifacts:/1/" + RUN + "/artifacts/model\"}");
    json(
        "/api/2.0/mlflow/runs/get",
        "{\"run\": {\"info\": {\"user_id\": \"dana\", \"artifact_uri\": \"mlflow-artifacts:/1/"
            + RUN
            + "/artifacts\"}}}");
    String root = "1/" + RUN + "/artifacts/model";
    listings.put(root, entry("model.onnx", 7) + "," + "{\"path\": \"sub\", \"is_dir\": true}");
    listings.put(root + "/sub", entry("MLmodel", 4));
    server.file(PROXY + "/" + root + "/model.onnx", bytes("weights"));
    server.file(PROXY + "/" + root + "/sub/MLmodel", bytes("meta"));
    server.on(
        PROXY,
        exchange -> {
          String path =
              java.net.URLDecoder.decode(
                  exchange.getRequestURI().getRawQuery().substring("path=".length()),
                  StandardCharsets.UTF_8);
          String files = listings.get(path);
          ScriptedServer.send(
              exchange, 200, bytes(files == null ? "{}" : "{\"files\": [" + files + "]}"));
        });
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String entry(String name, long size) {
    return "{\"path\": \"" + name + "\", \"is_dir\": false, \"file_size\": " + size + "}";
  }

  private void json(String path, String json) {
    server.file(path, bytes(json));
  }

  private MlflowSource source() {
    return new MlflowSource(
        List.of(new MlflowPlace("prod", server.url(""), null)),
        new HttpReader(null),
        new Credentials(null),
        BOUNDS);
  }

  private SubjectDigest digest(String uri) {
    return source().digest(uri, Progress.unwatched());
  }

  private void refused(String uri, String words) {
    assertThatThrownBy(() -> digest(uri))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED))
        .hasMessageContaining(words);
  }

  @Test
  void aModelVersionHasTheDigestOfTheSameFilesBelowARoot() throws IOException {
    Path sub = Files.createDirectories(directory.resolve("model/sub"));
    Files.writeString(directory.resolve("model/model.onnx"), "weights");
    Files.writeString(sub.resolve("MLmodel"), "meta");
    assertThat(digest("mlflow://prod/models/fraud/1"))
        .isEqualTo(digest("mlflow://prod/runs/" + RUN + "/artifacts/model"))
        .isEqualTo(
            new FileRootSource(List.of(directory), 1 << 20, 10)
                .digest("model", Progress.unwatched()));
  }

  @Test
  void oneFileOfAModelIsASubjectToo() {
    assertThat(digest("mlflow://prod/models/fraud/1/model.onnx").bytes()).isEqualTo(7);
    assertThat(digest("mlflow://prod/models/fraud/1/model.onnx").files()).isEqualTo(1);
  }

  @Test
  void aRunIsEvidenceAndNoSubject() {
    assertThat(source().document("mlflow://prod/runs/" + RUN, Progress.unwatched()))
        .asString()
        .contains("\"user_id\": \"dana\"");
    refused("mlflow://prod/runs/" + RUN, "evidence and no subject");
    assertThat(
            source()
                .document(
                    "mlflow://prod/runs/" + RUN + "/artifacts/model/sub/MLmodel",
                    Progress.unwatched()))
        .asString()
        .isEqualTo("meta");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlflow://staging/models/fraud/1",
        "mlflow://prod/models/fraud/Production",
        "mlflow://prod/models/fraud@champion",
        "mlflow://prod/models/fraud/0",
        "mlflow://prod/models/fraud/1/../../x",
        "mlflow://prod/models/a b/1",
        "mlflow://prod/runs/latest",
        "mlflow://prod/runs/0123/artifacts/model",
        "mlflow://prod/experiments/1",
        "mlflow:prod"
      })
  void whatMovesOrIsNotNamedIsNotAsked(String uri) {
    refused(uri, "");
    assertThat(server.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://models/fraud",
        "file:///var/mlflow/1",
        "mlflow-artifacts://elsewhere/1",
        "https://example.com/x",
        ""
      })
  void artifactsElsewhereAreRefused(String place) {
    json(DOWNLOAD, "{\"artifact_uri\": \"" + place + "\"}");
    refused("mlflow://prod/models/fraud/1", "does not serve itself");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"path\": \"../x\", \"is_dir\": false, \"file_size\": 1} | no subject may have",
        "{\"path\": \"..\", \"is_dir\": true} | no subject may have",
        "{\"path\": \"\", \"is_dir\": true} | no subject may have",
        "{\"path\": \"a/b\", \"is_dir\": false, \"file_size\": 1} | no subject may have",
        "{\"path\": \"a\", \"is_dir\": false} | nothing there",
        "{\"path\": \"a\", \"is_dir\": false, \"file_size\": 9999999999} | more than 1048576 bytes"
      })
  void aListingThatLiesIsRefused(String entry, String words) {
    listings.put("1/" + RUN + "/artifacts/model", entry);
    refused("mlflow://prod/models/fraud/1", words);
  }

  @Test
  void anEmptyFileHasNoSizeInTheListing() {
    String root = "1/" + RUN + "/artifacts/model";
    listings.put(root, entry("model.onnx", 7) + ", {\"path\": \"empty\", \"is_dir\": false}");
    server.on(
        PROXY + "/" + root + "/empty",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Length", "0");
          exchange.sendResponseHeaders(200, -1);
        });
    assertThat(digest("mlflow://prod/models/fraud/1").files()).isEqualTo(2);
  }

  @Test
  void directoriesInACircleEnd() {
    server.on(
        PROXY,
        exchange ->
            ScriptedServer.send(
                exchange, 200, bytes("{\"files\": [{\"path\": \"again\", \"is_dir\": true}]}")));
    refused("mlflow://prod/models/fraud/1", "more than");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"a\": 1, \"a\": 2}", "{} {}", "<html>"})
  void anAnswerThatIsNoJsonIsRefused(String answer) {
    json(DOWNLOAD, answer);
    refused("mlflow://prod/models/fraud/1", "");
  }

  @Test
  void aFileThatIsNotAsLongAsListedIsNotTaken() {
    listings.put("1/" + RUN + "/artifacts/model", entry("model.onnx", 8));
    assertThatThrownBy(() -> digest("mlflow://prod/models/fraud/1"))
        .isInstanceOf(GateException.class);
    listings.put("1/" + RUN + "/artifacts/model", entry("model.onnx", 6));
    refused("mlflow://prod/models/fraud/1", "more than 6 bytes");
  }
}
