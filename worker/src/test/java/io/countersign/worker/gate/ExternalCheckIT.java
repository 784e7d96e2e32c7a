package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.release.ReleaseEnd;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.Submission;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.config.PayloadSealing;
import io.countersign.worker.config.Settings;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.TaskQueues;
import io.countersign.worker.gateway.TemporalGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worker of {@code examples/python-check} and the gate, on real engines. */
class ExternalCheckIT {
  private static final String CHECK = "risk.group-parity";
  private static final String QUEUE = "python-checks";
  private static final String FIRST = "      - check: mlops.artifact-integrity\n";
  private static final String LOOSE = "0.2";

  @TempDir static Path directory;
  private static Path key;
  private static String publicKey;

  /** How long the worker may take. */
  private String timeout = "2m";

  private final Life life = new Life();
  private final Gatehouse house = life.house;

  @BeforeAll
  static void makeKey() throws Exception {
    PythonWorker.python();
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    key = Files.writeString(directory.resolve("check.key"), pem("PRIVATE", pair.getPrivate()));
    publicKey = pem("PUBLIC", pair.getPublic());
  }

  private static String pem(String kind, java.security.Key key) {
    return "-----BEGIN "
        + kind
        + " KEY-----\n"
        + Base64.getEncoder().encodeToString(key.getEncoded())
        + "\n-----END "
        + kind
        + " KEY-----\n";
  }

  private PythonWorker worker(Path script, String queue) {
    return PythonWorker.start(
        house.engines.temporal().address(),
        script,
        house.example.directory(),
        key,
        queue,
        directory.resolve(queue + ".log"));
  }

  private PythonWorker honest() {
    return worker(PythonWorker.example().resolve("worker.py"), QUEUE);
  }

  /** Submits a release under rules that have this check, and brings the rules back. */
  private ReleaseId start(String version, String queue, String limit, GateState until)
      throws IOException {
    return underRules(
        queue,
        limit,
        () -> {
          ReleaseId id = house.start("2026.11.1", version);
          house.await(id, until);
          return id;
        });
  }

  private <T> T underRules(String queue, String limit, Supplier<T> started) throws IOException {
    Path file = house.example.directory().resolve("gate.yaml");
    String text = Files.readString(file);
    Files.writeString(
        file,
        text.replace(
            FIRST,
            "      - check: "
                + CHECK
                + "\n        with: {group: housing, label: creditability, positive: good,"
                + " minGroup: 30, maxDifference: "
                + limit
                + "}\n        worker:\n          taskQueue: "
                + queue
                + "\n          startWithin: 30s\n          timeout: "
                + timeout
                + "\n          attempts: 1\n          keys:\n"
                + "            - |\n"
                + publicKey.indent(14)
                + FIRST));
    house.example.endorse();
    try {
      return started.get();
    } finally {
      Files.writeString(file, text);
    }
  }

  private CheckVerdict verdict(ReleaseId id) {
    return house.view(id).checks().stream()
        .filter(check -> check.check().equals(CHECK))
        .findFirst()
        .orElseThrow();
  }

  private List<Entry> entries(ReleaseId id, EntryKind kind) {
    try (PostgresDatabase database = new PostgresDatabase(house.settings.postgres())) {
      return new PostgresReleaseRecord(database).entries().entries(id, Set.of(kind));
    }
  }

  @Test
  void aReleaseWhoseDataItPassesGoesLive() throws IOException {
    try (PythonWorker worker = honest()) {
      ReleaseId id = start("parity-1", QUEUE, LOOSE, GateState.AWAITING_SIGN_OFF);
      assertThat(verdict(id).outcome()).as(worker.said()).isEqualTo("pass");
      Entry entry =
          entries(id, EntryKind.CHECK).stream()
              .filter(one -> one.key().text().endsWith(CHECK))
              .findFirst()
              .orElseThrow();
      assertThat(entry.actor()).isEqualTo("external:" + QUEUE);
      String payload = Dossiers.json(entry.body()).path("envelope").path("payload").asText();
      String said = new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8);
      assertThat(Ledger.tree(said).at("/predicate/result/measurements"))
          .isEqualTo(
              Gatehouse.json(
                  "{\"demographic-parity-difference\":\"0.1465\",\"groups\":\"3\",\"rows\":\"1000\"}"));
      // What proves the workload's identity is over before people sign.
      Gatehouse.await(
          () -> house.workload.login(ExampleSystem.SYSTEM, "probe"), one -> one.isPresent());
      TaskQueues queues = new TaskQueues(house.client.getWorkflowServiceStubs(), "default");
      assertThat(queues.readers(QUEUE)).isPositive();
      assertThat(queues.readers("nobody-reads-this")).isZero();
      life.approveAll(id);
      house.await(id, GateState.LIVE);
      life.retire(id);
    }
  }

  @Test
  void aReleaseWhoseDataItFailsIsRejected() throws IOException {
    try (PythonWorker worker = honest()) {
      ReleaseId id = start("parity-2", QUEUE, "0.1", GateState.REJECTED);
      assertThat(house.view(id).reasonType()).isEqualTo(FailureType.CHECK_FAILED);
      assertThat(verdict(id).summary())
          .as(worker.said())
          .isEqualTo("demographic-parity-difference by housing is 0.1465, allowed is 0.1.");
    }
  }

  @Test
  void aReleaseAboutWhoseBytesItLiesFails() throws IOException {
    try (PythonWorker worker = worker(script("lying_worker.py"), "lying-checks")) {
      ReleaseId id = start("parity-3", "lying-checks", LOOSE, GateState.FAILED);
      GateView view = house.view(id);
      assertThat(view.reasonType()).as(worker.said()).isEqualTo(FailureType.CHECK_BROKEN);
      assertThat(view.reason()).contains(CHECK, "DIGEST_MISMATCH");
      assertThat(entries(id, EntryKind.CHECK))
          .noneMatch(entry -> entry.key().text().endsWith(CHECK));
      assertThat(entries(id, EntryKind.REFUSAL)).hasSize(1);
    }
  }

  @Test
  void aReleaseAboutWhichItSaysMoreThanTemporalTakesFails() throws IOException {
    try (PythonWorker worker = worker(script("oversized_worker.py"), "loud-checks")) {
      ReleaseId id = start("parity-4", "loud-checks", LOOSE, GateState.FAILED);
      GateView view = house.view(id);
      assertThat(view.reasonType()).as(worker.said()).isEqualTo(FailureType.CHECK_BROKEN);
      assertThat(view.reason()).contains(CHECK);
      assertThat(entries(id, EntryKind.CHECK))
          .noneMatch(entry -> entry.key().text().endsWith(CHECK));
    }
  }

  @ParameterizedTest
  @CsvSource({"hung_worker.py, hung-checks", "crashing_worker.py, crashing-checks"})
  void aReleaseAboutWhichItNeverAnswersFails(String script, String queue) throws IOException {
    timeout = "3s";
    try (PythonWorker worker = worker(script(script), queue)) {
      ReleaseId id = start("parity-" + queue, queue, LOOSE, GateState.FAILED);
      GateView view = house.view(id);
      assertThat(view.reasonType()).as(worker.said()).isEqualTo(FailureType.CHECK_BROKEN);
      assertThat(view.reason()).contains(CHECK, "took more than 3s");
      assertThat(entries(id, EntryKind.CHECK))
          .noneMatch(entry -> entry.key().text().endsWith(CHECK));
    }
  }

  @Test
  void aReleaseAboutWhichNobodySignsFails() throws IOException {
    try (PythonWorker worker = worker(script("unsigned_worker.py"), "unsigned-checks")) {
      ReleaseId id = start("parity-6", "unsigned-checks", LOOSE, GateState.FAILED);
      GateView view = house.view(id);
      assertThat(view.reasonType()).as(worker.said()).isEqualTo(FailureType.CHECK_BROKEN);
      assertThat(view.reason()).contains(CHECK);
      assertThat(entries(id, EntryKind.CHECK))
          .noneMatch(entry -> entry.key().text().endsWith(CHECK));
      assertThat(entries(id, EntryKind.REFUSAL)).hasSize(1);
    }
  }

  @Test
  void whereAllElseIsSealedItIsAskedAndAnsweredInTheClear() throws IOException {
    Path pub = directory.resolve("payload.pub");
    Path log = directory.resolve("commands.log");
    String[] command = {"codec", "key", "-o", pub.toString()};
    assertThat(WorkerProcess.run(house.home.resolve("countersign.properties"), log, command))
        .isZero();
    Settings sealed =
        house.read(
            house.settings(
                "sealed-parity", Map.of("countersign.encryption.public-key", pub.toString())));
    house.stopWorker();
    house.startWorker(sealed);
    try (PythonWorker worker = honest();
        Gateway doors = TemporalGateway.of(sealed.temporal(), PayloadSealing.ofClient(sealed))) {
      ReleaseId id = underRules(QUEUE, "0.1", () -> rejected(doors, "parity-5"));
      assertThat(entries(id, EntryKind.CHECK))
          .as(worker.said())
          .anySatisfy(
              entry -> {
                assertThat(entry.actor()).isEqualTo("external:" + QUEUE);
                assertThat(entry.body().text()).contains("\"outcome\":\"fail\"");
              });
    } finally {
      house.stopWorker();
      house.startWorker();
    }
  }

  @Test
  void theDoctorSaysWhetherSomebodyReadsTheQueue() throws IOException {
    Path properties = house.home.resolve("countersign.properties");
    Path log = directory.resolve("doctor.log");
    String need = "a worker answers " + CHECK + " from task queue ";
    try (PythonWorker worker = honest()) {
      underRules(QUEUE, LOOSE, () -> WorkerProcess.run(properties, log, "doctor"));
      assertThat(log).content().as(worker.said()).contains("ready      " + need + QUEUE);
    }
    int exit =
        underRules("nobody-reads-this", LOOSE, () -> WorkerProcess.run(properties, log, "doctor"));
    assertThat(exit).isEqualTo(6);
    assertThat(log).content().contains("NOT READY  " + need + "nobody-reads-this: CHECK_BROKEN");
  }

  private ReleaseId rejected(Gateway doors, String version) {
    Submission submission =
        house.submission(house.manifest("2026.11.1", version), "pia@example.com");
    doors.start(submission);
    Gatehouse.await(
        () -> entries(submission.release(), EntryKind.COMPLETE), told -> !told.isEmpty());
    assertThat(ReleaseEnd.of(entries(submission.release(), EntryKind.COMPLETE)))
        .isEqualTo("REJECTED");
    return submission.release();
  }

  private static Path script(String name) throws IOException {
    try (var in = ExternalCheckIT.class.getResourceAsStream(name)) {
      return Files.write(directory.resolve(name), Objects.requireNonNull(in).readAllBytes());
    }
  }

  @Test
  void itsOwnTestsPass() throws Exception {
    Path log = directory.resolve("unittest.log");
    Process tests = PythonWorker.process("127.0.0.1:1", log, List.of("-m", "unittest", "-v"));
    assertThat(tests.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(tests.exitValue()).as(Files.readString(log)).isZero();
  }
}
