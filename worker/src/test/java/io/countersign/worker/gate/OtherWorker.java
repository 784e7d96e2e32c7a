package io.countersign.worker.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activity.GateJson;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.temporal.activity.DynamicActivity;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A worker that is not the gate's, knows nothing of its code's insides, and answers as scripted.
 */
final class OtherWorker implements AutoCloseable {
  static final String CHECK = "risk.bias";
  static final String QUEUE = "other-checks";

  final SigningKey key = key();

  /** The texts that it was asked with. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  private final UnitHouse house;
  private final WorkflowServiceStubs stubs;
  private final WorkerFactory workers;
  private volatile UnaryOperator<String> answer = this::honest;

  private OtherWorker(UnitHouse house) {
    this.house = house;
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(house.temporal()).build());
    workers = WorkerFactory.newInstance(WorkflowClient.newInstance(stubs));
    workers
        .newWorker(QUEUE)
        .registerActivitiesImplementations(
            (DynamicActivity)
                arguments -> {
                  String request = arguments.get(0, String.class);
                  asked.add(request);
                  return answer.apply(request);
                });
    workers.start();
  }

  /** Hires a worker, and has every tier of the house ask it. */
  static OtherWorker hiredBy(UnitHouse house) {
    OtherWorker worker = new OtherWorker(house);
    String first = "      - check: mlops.artifact-integrity\n";
    house.rules(
        "gate.yaml",
        first,
        "      - check: "
            + CHECK
            + "\n        with: {limit: 1}\n        worker:\n          taskQueue: "
            + QUEUE
            + "\n          attempts: 1\n          keys:\n            - |\n"
            + worker.publicKey().indent(14)
            + first);
    return worker;
  }

  void answers(UnaryOperator<String> scripted) {
    answer = scripted;
  }

  String publicKey() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getEncoder().encodeToString(key.verificationKey().encoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  static SigningKey key() {
    try {
      return SigningKey.of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** What a worker says that looked at the dataset and has nothing against it. */
  CheckStatement statement(String request) {
    JsonNode asked = json(request);
    JsonNode dataset = asked.at("/subjects/dataset");
    Instant now = house.clock.instant();
    return new CheckStatement(
        ReleaseId.parse(asked.path("release").asText()),
        Digest.parse(asked.path("releaseDigest").asText()),
        asked.path("round").asInt(),
        new CheckResult(
            asked.path("check").asText(),
            CheckOutcome.PASS,
            List.of(),
            new TreeMap<>(),
            List.of(),
            List.of(
                new Evidence(
                    dataset.path("uri").asText(), Digest.parse(dataset.path("digest").asText())))),
        "other-1",
        now,
        now,
        Digest.of(request.getBytes(StandardCharsets.UTF_8)));
  }

  String honest(String request) {
    return signed(statement(request), key);
  }

  static String signed(CheckStatement statement, SigningKey key) {
    return new String(
        DsseEnvelope.sign(StatementWriter.checkResult(statement), key).write(),
        StandardCharsets.UTF_8);
  }

  private static JsonNode json(String text) {
    try {
      return GateJson.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    workers.awaitTermination(10, TimeUnit.SECONDS);
    stubs.shutdownNow();
  }
}
