package io.countersign.activities.adapter.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.signing.BuilderAttestations;
import io.countersign.activities.check.Contexts;
import io.countersign.activities.check.lineage.Lineage;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.MlflowPlace;
import io.countersign.policy.GatePolicy.S3Place;
import io.countersign.policy.GatePolicy.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sources against servers that others wrote: moto for S3, MLflow. */
@Timeout(300)
class RemoteSourcesIT {
  private static final Bounds BOUNDS = Bounds.of(new Sources(List.of("."), 1L << 30, 2_000));
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir private Path directory;
  private Path model;

  @BeforeEach
  void model() throws IOException {
    model = Files.createDirectories(directory.resolve("root/model"));
    byte[] weights = new byte[3_000_000];
    new Random(11).nextBytes(weights);
    Files.write(model.resolve("weights v1.bin"), weights);
    Files.write(Files.createDirectories(model.resolve("config")).resolve("a.json"), new byte[] {1});
    Files.write(model.resolve("empty"), new byte[0]);
  }

  private SubjectDigest below(String uri) {
    return new FileRootSource(List.of(model.getParent()), 1L << 30, 2_000)
        .digest(uri, Progress.unwatched());
  }

  @Test
  void readsFromAnS3CompatibleStore() throws Exception {
    Path secret = Files.writeString(directory.resolve("store"), "aws AKIDEXAMPLE wJalrXUtnFEMI");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    try (PythonServer moto =
        PythonServer.start(
            directory,
            "moto",
            Map.of(),
            "/moto-api/",
            "moto_server",
            "-H",
            "127.0.0.1",
            "-p",
            "PORT")) {
      moto.put("/models", new byte[0]);
      for (String file : List.of("weights v1.bin", "config/a.json", "empty")) {
        moto.put(
            "/models/fraud/model/" + file.replace(" ", "%20"),
            Files.readAllBytes(model.resolve(file)));
      }
      for (int i = 0; i < 1_100; i++) {
        moto.put("/models/fraud/many/f" + i, new byte[0]);
      }
      S3Source source =
          new S3Source(
              List.of(new S3Place(moto.url, "us-east-1", "models", "fraud/", "store")),
              new HttpReader(null),
              new Credentials(directory),
              BOUNDS);
      assertThat(source.digest("s3://models/fraud/model/", Progress.unwatched()))
          .isEqualTo(below("model"));
      assertThat(source.digest("s3://models/fraud/model/weights v1.bin", Progress.unwatched()))
          .isEqualTo(below("model/weights v1.bin"));
      assertThat(source.digest("s3://models/fraud/many/", Progress.unwatched()).files())
          .as("more than one page")
          .isEqualTo(1_100);
      moto.put("/models/fraud/model/config/a.json", new byte[] {2});
      assertThat(source.digest("s3://models/fraud/model/", Progress.unwatched()).digest())
          .isNotEqualTo(below("model").digest());
      assertThatThrownBy(() -> source.digest("s3://models/fraud/none", Progress.unwatched()))
          .isInstanceOfSatisfying(
              GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED));
    }
  }

  @Test
  void readsModelsAndRunsOfMlflow() throws Exception {
    try (PythonServer mlflow =
        PythonServer.start(
            directory,
            "mlflow",
            Map.of("MLFLOW_DISABLE_TELEMETRY", "true"),
            "/health",
            "mlflow",
            "server",
            "--host",
            "127.0.0.1",
            "--port",
            "PORT",
            "--workers",
            "1",
            "--backend-store-uri",
            "sqlite:///" + directory.resolve("mlflow.db"),
            "--artifacts-destination",
            directory.resolve("artifacts").toString())) {
      String api = "/api/2.0/mlflow/";
      String experiment =
          JSON.readTree(mlflow.post(api + "experiments/create", "{\"name\": \"fraud\"}"))
              .path("experiment_id")
              .asText();
      String run =
          JSON.readTree(
                  mlflow.post(
                      api + "runs/create",
                      "{\"experiment_id\": \"" + experiment + "\", \"user_id\": \"dana\"}"))
              .at("/run/info/run_id")
              .asText();
      String root = experiment + "/" + run + "/artifacts/model";
      for (String file : List.of("weights v1.bin", "config/a.json", "empty")) {
        mlflow.put(
            "/api/2.0/mlflow-artifacts/artifacts/" + root + "/" + file.replace(" ", "%20"),
            Files.readAllBytes(model.resolve(file)));
      }
      mlflow.post(api + "registered-models/create", "{\"name\": \"fraud\"}");
      mlflow.post(
          api + "model-versions/create",
          "{\"name\": \"fraud\", \"source\": \"mlflow-artifacts:/"
              + root
              + "\", \"run_id\": \""
              + run
              + "\"}");
      MlflowSource source =
          new MlflowSource(
              List.of(new MlflowPlace("prod", mlflow.url, null)),
              new HttpReader(null),
              new Credentials(null),
              BOUNDS);
      assertThat(source.digest("mlflow://prod/models/fraud/1", Progress.unwatched()))
          .isEqualTo(below("model"));
      assertThat(source.digest("mlflow://prod/models/fraud/1/weights v1.bin", Progress.unwatched()))
          .isEqualTo(below("model/weights v1.bin"));
      byte[] told = source.document("mlflow://prod/runs/" + run, Progress.unwatched());
      assertThat(JSON.readTree(told).at("/run/info/user_id").asText()).isEqualTo("dana");
      assertThat(lineage(source, run).findings())
          .extracting(Finding::id)
          .as("a run that says nothing")
          .contains("run-not-finished", "other-model", "no-dataset", "no-code");
      finish(mlflow, run);
      CheckResult lineage = lineage(source, run);
      assertThat(lineage.outcome()).as("%s", lineage).isEqualTo(CheckOutcome.PASS);
      assertThat(lineage.contributors()).containsExactly("dana@example.com");
      for (String none :
          List.of(
              "mlflow://prod/models/fraud/2",
              "mlflow://prod/models/other/1",
              "mlflow://prod/runs/" + "0".repeat(32) + "/artifacts/model")) {
        assertThatThrownBy(() -> source.digest(none, Progress.unwatched()))
            .as(none)
            .isInstanceOfSatisfying(
                GateException.class,
                e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED));
      }
    }
  }

  /** What a training would say of itself. */
  private void finish(PythonServer mlflow, String run) throws IOException, InterruptedException {
    String api = "/api/2.0/mlflow/runs/";
    mlflow.post(
        api + "log-inputs",
        """
        {"run_id": "RUN", "datasets": [{"tags": [{"key": "countersign.dataset", "value": "DATASET"}],
          "dataset": {"name": "train", "digest": "a1b2c3d4", "source_type": "local", "source": "{}"}}]}
        """
            .replace("RUN", run)
            .replace("DATASET", Contexts.digest("rows")));
    Map.of(
            "countersign.model",
            below("model").digest().toString(),
            "mlflow.source.git.commit",
            "3f786850e387550fdab836ed7e6dc881de23001b")
        .forEach((key, value) -> tag(mlflow, api, run, key, value));
    mlflow.post(api + "update", "{\"run_id\": \"" + run + "\", \"status\": \"FINISHED\"}");
  }

  private static void tag(PythonServer mlflow, String api, String run, String key, String value) {
    try {
      mlflow.post(
          api + "set-tag",
          "{\"run_id\": \"" + run + "\", \"key\": \"" + key + "\", \"value\": \"" + value + "\"}");
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private CheckResult lineage(MlflowSource source, String run) {
    Contexts release = new Contexts();
    release.source = source;
    release.with = "{\"accept\": [\"mlflow-run\"], \"people\": {\"dana\": \"dana@example.com\"}}";
    release.release =
        release
            .release
            .replace(
                "{uri: model, digest: \"MODEL\"}",
                "{uri: \"mlflow://prod/models/fraud/1\", digest: \""
                    + below("model").digest()
                    + "\"}")
            .replace("{metrics: metrics.json}", "{lineage: \"mlflow://prod/runs/" + run + "\"}");
    return release.run(new Lineage(new BuilderAttestations()));
  }
}
