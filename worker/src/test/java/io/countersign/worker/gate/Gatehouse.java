package io.countersign.worker.gate;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.engine.LocalPostgres;
import io.countersign.activities.signoff.OrderPredicate;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.activity.GateJson;
import io.countersign.activity.Submission;
import io.countersign.gate.GateInput;
import io.countersign.gate.GateView;
import io.countersign.gate.ReleaseGate;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import io.countersign.worker.config.Settings;
import io.countersign.worker.engine.DemoWorkload;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.engine.LocalEngines;
import io.countersign.worker.serve.Serving;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.springframework.util.FileSystemUtils;

/**
 * Real engines, the example system and a serving worker; started once for all tests of this
 * package.
 */
final class Gatehouse {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static @Nullable Gatehouse only;

  final LocalEngines engines;
  final ExampleSystem example;
  final DemoWorkload workload;
  final WorkflowClient client;
  final Settings settings;
  final Path home;
  private Serving worker;
  private @Nullable LocalPostgres restarted;

  private Gatehouse(EngineBinaries binaries) throws IOException {
    home = Files.createTempDirectory("countersign-gatehouse");
    engines = LocalEngines.start(binaries, home.resolve("engines"), false);
    example = ExampleSystem.copy(exampleDirectory(), home.resolve("example"));
    example.logsTo(engines.logs().sink());
    // Derived releases follow whatever a test left live, and a scan takes longer than all the rest.
    example.leaveOut("mlops.deployment-readiness", "security.secrets-handling");
    example.shorten("cutoverGrace", "10m", "2s");
    example.shorten("drift", "5m", "2s");
    example.endorse();
    Path file = example.settings(engines, home.resolve("countersign.properties"));
    settings = Settings.read(Map.of("COUNTERSIGN_CONFIG", file.toString()), home);
    workload = example.workload(engines);
    worker = Serving.start(settings);
    client =
        WorkflowClient.newInstance(
            WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder()
                    .setTarget(engines.temporal().address())
                    .build()),
            WorkflowClientOptions.newBuilder().setDataConverter(GateJson.converter()).build());
  }

  /** The one gatehouse; skips the test without engines, unless they are required. */
  static synchronized Gatehouse open() {
    Gatehouse open = only;
    if (open != null) {
      return open;
    }
    EngineBinaries binaries = EngineBinaries.ofThisProcess();
    Assumptions.assumeTrue(
        binaries.required() || LocalEngines.available(binaries), "no engines on this machine");
    try {
      open = new Gatehouse(binaries);
      only = open;
      Runtime.getRuntime().addShutdownHook(new Thread(open::close, "close-gatehouse"));
      return open;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The record, as its owner sees it. */
  Connection record() throws SQLException {
    return DriverManager.getConnection(
        engines.postgres().url(),
        engines.postgres().user(),
        engines.postgres().password().reveal());
  }

  /** What Vault answers its administrator; nothing to find is an answer too. */
  JsonNode vault(String method, String path, @Nullable Object body) {
    try {
      HttpRequest.BodyPublisher publisher =
          body == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(GateJson.mapper().writeValueAsString(body));
      HttpResponse<byte[]> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(engines.vault().address().resolve("/v1/" + path))
                      .header("X-Vault-Token", engines.vault().rootToken().reveal())
                      .method(method, publisher)
                      .build(),
                  HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() >= 300 && answer.statusCode() != 404) {
        throw new AssertionError(method + " " + path + " answered " + answer.statusCode());
      }
      return GateJson.mapper().readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /**
   * The worker's settings with some of them replaced, in a directory of their own.
   *
   * @param replaced lines by the property that they set
   */
  Path settings(String name, Map<String, String> replaced) {
    try {
      Path directory = Files.createDirectories(home.resolve(name));
      List<String> lines = new ArrayList<>();
      for (String line : Files.readAllLines(home.resolve("countersign.properties"))) {
        if (!replaced.containsKey(line.substring(0, line.indexOf('=')))) {
          lines.add(line);
        }
      }
      replaced.forEach((property, value) -> lines.add(property + "=" + value));
      return Files.write(directory.resolve("countersign.properties"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the worker, as a deployment does. */
  void stopWorker() {
    worker.close();
  }

  void startWorker() {
    startWorker(settings);
  }

  void startWorker(Settings other) {
    worker = Serving.start(other);
  }

  /** The settings that {@link #settings(String, Map)} wrote. */
  Settings read(Path file) {
    return Settings.read(Map.of("COUNTERSIGN_CONFIG", file.toString()), home);
  }

  /** Ends PostgreSQL as its operator does: open transactions are rolled back. */
  void stopPostgres() {
    (restarted == null ? engines.postgres() : restarted).close();
  }

  /** Brings PostgreSQL back with its data, on the same address. */
  void startPostgres() {
    restarted = LocalPostgres.start(home.resolve("engines/postgres"));
  }

  private void close() {
    worker.close();
    if (restarted != null) {
      restarted.close();
    }
    engines.close();
    try {
      FileSystemUtils.deleteRecursively(home);
    } catch (IOException e) {
      // It is a temporary directory.
    }
  }

  /** A manifest of the example under another version, locked. */
  ReleaseDocument manifest(String like, String version) {
    example.derive(like, version);
    return example.locked(version);
  }

  /** The signed submission of a manifest. */
  Submission submission(ReleaseDocument document, String person) {
    Instant now = Instant.now();
    ReleaseId id = document.manifest().id();
    byte[] statement =
        StatementWriter.submission(
            new SubmissionPredicate(
                new SubmissionPredicate.Person(person),
                id,
                document.releaseDigest(),
                document.json(),
                now,
                now.plus(Duration.ofDays(1)),
                StatementWriter.nonce()));
    return new Submission(id, document.releaseDigest(), sign(statement, person));
  }

  ReleaseId start(String like, String version) {
    Submission submission = submission(manifest(like, version), "pia@example.com");
    start(submission);
    return submission.release();
  }

  void start(Submission submission) {
    stub(submission.release(), null).start(new GateInput(submission, null));
  }

  private WorkflowStub stub(ReleaseId id, @Nullable Void ignored) {
    return client.newUntypedWorkflowStub(
        "ReleaseGate",
        WorkflowOptions.newBuilder()
            .setTaskQueue(ReleaseGate.TASK_QUEUE)
            .setWorkflowId(id.workflowId())
            .build());
  }

  GateView view(ReleaseId id) {
    return client.newUntypedWorkflowStub(id.workflowId()).query("view", GateView.class);
  }

  String signOff(ReleaseId id, String person, GateFunction function, SignOffDecision decision) {
    return signOff(view(id), person, person, function, decision);
  }

  /** The envelope of a sign-off on what the gate shows. */
  String signOff(
      GateView view, String person, String keyOf, GateFunction function, SignOffDecision decision) {
    Instant now = Instant.now();
    return sign(
        StatementWriter.signOff(
            new SignOffPredicate(
                function,
                decision,
                null,
                "Reviewed.",
                person,
                view.release(),
                view.releaseDigest(),
                java.util.Objects.requireNonNull(view.reviewDigest()),
                now,
                now.plus(Duration.ofDays(1)),
                StatementWriter.nonce(),
                decision == SignOffDecision.APPROVE
                    ? WaiverTerms.seen(view.waivers())
                    : WaiverTerms.NONE)),
        keyOf);
  }

  String order(ReleaseId id, String person, OrderKind kind) {
    Instant now = Instant.now();
    return sign(
        StatementWriter.order(
            new OrderPredicate(
                kind,
                "Because.",
                person,
                id,
                view(id).releaseDigest(),
                now,
                now.plus(Duration.ofDays(1)),
                StatementWriter.nonce())),
        person);
  }

  void signal(ReleaseId id, String name, String envelope) {
    client.newUntypedWorkflowStub(id.workflowId()).signal(name, json(envelope));
  }

  void approve(ReleaseId id, String person, GateFunction function) {
    signal(id, "signOff", signOff(id, person, function, SignOffDecision.APPROVE));
  }

  String sign(byte[] statement, String keyOf) {
    SigningKey key = KeyFiles.readPrivate(example.keyOf(keyOf), Keys.Passphrase::unavailable);
    return new String(DsseEnvelope.sign(statement, key).write(), StandardCharsets.UTF_8);
  }

  static JsonNode json(String text) {
    try {
      return GateJson.mapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the gate is in this state. */
  GateView await(ReleaseId id, GateState state) {
    return await(() -> view(id), view -> view.state() == state);
  }

  /** Waits for a condition on what is seen, and answers what was seen last. */
  static <T> T await(Supplier<T> look, java.util.function.Predicate<T> condition) {
    Instant limit = Instant.now().plus(PATIENCE);
    T seen = look.get();
    while (!condition.test(seen)) {
      if (Instant.now().isAfter(limit)) {
        throw new AssertionError("waited " + PATIENCE + ", last seen: " + seen);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
      seen = look.get();
    }
    return seen;
  }

  static Path exampleDirectory() {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      Path example = up.resolve("examples/fraud-scorer");
      if (Files.isDirectory(example)) {
        return example;
      }
    }
    throw new IllegalStateException("examples/fraud-scorer is not above the working directory");
  }
}
