package io.countersign.worker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.util.Durations;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.engine.TemporalServer;
import io.countersign.activity.GateJson;
import io.countersign.activity.Submission;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.gate.Receipt;
import io.countersign.gate.ReleaseGate;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.Gateway.Message;
import io.countersign.worker.gateway.Gateway.Started;
import io.temporal.api.workflowservice.v1.RegisterNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway against a real Temporal server, with a worker that has no rules. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GatewayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final AtomicInteger VERSIONS = new AtomicInteger();

  @TempDir static Path directory;
  private static TemporalServer server;

  private final ReleaseId release =
      new ReleaseId("production", "scorer", "1." + VERSIONS.incrementAndGet());
  private TemporalGateway gateway;
  private WorkerFactory worker;

  @BeforeAll
  static void startServer() {
    EngineBinaries binaries = EngineBinaries.ofThisProcess();
    assumeTrue(
        binaries.required() || binaries.temporal().isPresent(), "no temporal program is installed");
    server = TemporalServer.start(binaries.temporal().orElseThrow(), directory, false);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void open() {
    gateway = TemporalGateway.of(TemporalConnection.local(server.address()));
  }

  @AfterEach
  void close() {
    stopWorker();
    gateway.close();
  }

  @Test
  void startsTheSameReleaseOnceAndRefusesAnotherDigest() {
    Started first = gateway.start(submission("a"));
    Started again = gateway.start(submission("a"));
    assertThat(first.joined()).isFalse();
    assertThat(first.workflowId()).isEqualTo("release/" + release);
    assertThat(again.joined()).isTrue();
    assertThat(again.runId()).isEqualTo(first.runId());
    refused(() -> gateway.start(submission("b")), FailureType.RELEASE_CONFLICT);
  }

  @Test
  void joinsAReleaseThatHasEndedAndNeverBeginsItAnew() {
    Started first = gateway.start(submission("a"));
    startWorker();
    gateway.signal(release, Message.ORDER, "{}");
    await(() -> !gateway.describe(release).open());
    assertThat(gateway.start(submission("a")).runId()).isEqualTo(first.runId());
    refused(() -> gateway.start(submission("b")), FailureType.RELEASE_CONFLICT);
    refused(() -> gateway.signal(release, Message.SIGN_OFF, "{}"), FailureType.NOT_NOW);
    refused(() -> gateway.update(release, Message.SIGN_OFF, "{}", PATIENCE), FailureType.NOT_NOW);
  }

  @Test
  void keepsASignalForTheNextWorker() {
    gateway.start(submission("a"));
    gateway.signal(release, Message.SIGN_OFF, "{\"payload\":\"ü\"}");
    startWorker();
    assertThat(gateway.view(release).reason()).isEqualTo("{\"payload\":\"ü\"}");
  }

  @Test
  void answersAnUpdateWithItsReceipt() {
    gateway.start(submission("a"));
    startWorker();
    Receipt receipt = gateway.update(release, Message.SIGN_OFF, "{\"n\":1}", PATIENCE);
    assertThat(receipt.release()).isEqualTo(release);
    assertThat(receipt.state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
    assertThat(gateway.view(release).reason()).isEqualTo("{\"n\":1}");
  }

  @Test
  void answersARefusedUpdateWithTheRefusal() {
    gateway.start(submission("a"));
    startWorker();
    assertThatThrownBy(() -> gateway.update(release, Message.SIGN_OFF, "{\"refused\":1}", PATIENCE))
        .isInstanceOf(GateException.class)
        .hasMessage("OWN_RELEASE: pia@example.com submitted it")
        .extracting(thrown -> ((GateException) thrown).type())
        .isEqualTo(FailureType.OWN_RELEASE);
  }

  @Test
  void saysThatAWorkerIsNeeded() {
    gateway.start(submission("a"));
    Instant before = Instant.now();
    assertThatThrownBy(() -> gateway.view(release))
        .hasMessageContaining("TEMPORAL_UNAVAILABLE")
        .hasMessageContaining("no worker answers on task queue 'countersign'");
    assertThatThrownBy(() -> gateway.update(release, Message.SIGN_OFF, "{}", PATIENCE))
        .hasMessageContaining("no worker answers on task queue 'countersign'");
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(30));
    assertThat(gateway.describe(release).state()).isEqualTo(GateState.SUBMITTED);
  }

  @Test
  void saysThatAnUpdateWasTakenAndIsNotDone() {
    gateway.start(submission("a"));
    startWorker();
    assertThatThrownBy(() -> gateway.update(release, Message.ORDER, "{}", Duration.ofMillis(500)))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("the gate has taken the message and is not done with it");
  }

  @Test
  void readsTheLastViewOfACompletedReleaseWithoutAWorker() {
    gateway.start(submission("a"));
    startWorker();
    gateway.signal(release, Message.ORDER, "{}");
    await(() -> !gateway.describe(release).open());
    stopWorker();
    GateView view = gateway.view(release);
    assertThat(view.state()).isEqualTo(GateState.RETIRED);
    assertThat(view.releaseDigest()).isEqualTo(Digest.of("a".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void listsByWhatIsShownAndTellsOthersFromOurs() {
    gateway.start(submission("a"));
    ReleaseFilter mine =
        new ReleaseFilter("production", "scorer", GateState.SUBMITTED, null, null, null, true, 100);
    await(() -> gateway.list(mine).stream().anyMatch(found -> found.release().equals(release)));
    ReleaseFilter others =
        new ReleaseFilter("staging", "scorer", null, null, null, null, false, 100);
    assertThat(gateway.list(others)).isEmpty();
    ReleaseSummary summary = gateway.describe(release);
    assertThat(summary.releaseDigest()).isEqualTo(submission("a").releaseDigest());
    assertThat(summary.open()).isTrue();
    assertThat(summary.interrupted()).isFalse();
  }

  @Test
  void registersItsSearchAttributesInANamespaceThatHasNone() {
    TemporalConnection fresh =
        new TemporalConnection(server.address(), "fresh", false, null, null, null, null);
    WorkflowServiceStubs stubs = TemporalStubs.open(fresh, PATIENCE);
    try {
      stubs
          .blockingStub()
          .registerNamespace(
              RegisterNamespaceRequest.newBuilder()
                  .setNamespace("fresh")
                  .setWorkflowExecutionRetentionPeriod(Durations.fromDays(1))
                  .build());
    } finally {
      stubs.shutdownNow();
    }
    SearchAttributes attributes = new SearchAttributes(fresh);
    await(() -> answers(attributes));
    assertThat(attributes.missing()).containsExactlyElementsOf(SearchAttributes.wanted().keySet());
    assertThat(attributes.register())
        .containsExactly(
            "GateAwaiting", "GateDigest", "GateEnvironment", "GateState", "GateSystem", "GateTier");
    assertThat(attributes.register()).isEmpty();
    assertThat(attributes.missing()).isEmpty();
    try (TemporalGateway there = TemporalGateway.of(fresh)) {
      // The server knows a new attribute everywhere a little later.
      await(() -> starts(there));
      ReleaseFilter mine =
          new ReleaseFilter(
              "production", "scorer", GateState.SUBMITTED, null, null, Instant.EPOCH, true, 100);
      await(() -> there.list(mine).stream().anyMatch(found -> found.release().equals(release)));
    }
  }

  private static boolean answers(SearchAttributes attributes) {
    try {
      return attributes.missing() != null;
    } catch (GateException notYet) {
      return false;
    }
  }

  private boolean starts(TemporalGateway there) {
    try {
      return there.start(submission("a")).runId() != null;
    } catch (GateException notYet) {
      return false;
    }
  }

  @Test
  void tellsWhatIsNotThere() {
    ReleaseId absent = new ReleaseId("production", "scorer", "absent");
    refused(() -> gateway.view(absent), FailureType.UNKNOWN_RELEASE);
    refused(() -> gateway.describe(absent), FailureType.UNKNOWN_RELEASE);
    refused(() -> gateway.signal(absent, Message.ORDER, "{}"), FailureType.UNKNOWN_RELEASE);
    refused(
        () -> gateway.update(absent, Message.ORDER, "{}", PATIENCE), FailureType.UNKNOWN_RELEASE);
    try (TemporalGateway elsewhere =
        TemporalGateway.of(
            new TemporalConnection(server.address(), "elsewhere", false, null, null, null, null))) {
      assertThatThrownBy(() -> elsewhere.describe(absent))
          .hasMessageContaining("has no namespace 'elsewhere'");
      assertThatThrownBy(() -> elsewhere.start(submission("a")))
          .hasMessageContaining("has no namespace 'elsewhere'");
    }
  }

  @Test
  void givesUpOnASilentAddressWithinSeconds() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
      // Takes connections and never says a word.
      unreachable("127.0.0.1:" + free);
    }
    unreachable("127.0.0.1:" + free);
  }

  private void unreachable(String address) {
    Instant before = Instant.now();
    try (TemporalGateway silent = TemporalGateway.of(TemporalConnection.local(address))) {
      refused(() -> silent.describe(release), FailureType.TEMPORAL_UNAVAILABLE);
    }
    // The client's own patience is a minute and more; the gateway's is three seconds.
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(30));
  }

  private Submission submission(String content) {
    return new Submission(
        release,
        Digest.of(content.getBytes(StandardCharsets.UTF_8)),
        "{\"of\":\"" + content + "\"}");
  }

  private static void refused(ThrowingCallable call, FailureType type) {
    assertThatThrownBy(call)
        .isInstanceOf(GateException.class)
        .extracting(thrown -> ((GateException) thrown).type())
        .isEqualTo(type);
  }

  private void startWorker() {
    worker =
        WorkerFactory.newInstance(
            WorkflowClient.newInstance(
                WorkflowServiceStubs.newServiceStubs(
                    WorkflowServiceStubsOptions.newBuilder().setTarget(server.address()).build()),
                WorkflowClientOptions.newBuilder().setDataConverter(GateJson.converter()).build()));
    worker.newWorker(ReleaseGate.TASK_QUEUE).registerWorkflowImplementationTypes(PlainGate.class);
    worker.start();
  }

  private void stopWorker() {
    if (worker != null) {
      worker.shutdown();
      worker.awaitTermination(10, TimeUnit.SECONDS);
      worker.getWorkflowClient().getWorkflowServiceStubs().shutdownNow();
      worker = null;
    }
  }

  private static void await(BooleanSupplier condition) {
    Instant limit = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("what is waited for").isBefore(limit);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
