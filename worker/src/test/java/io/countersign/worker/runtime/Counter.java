package io.countersign.worker.runtime;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.port.DecisionLedger.Decided;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveDecisions;
import io.countersign.activities.port.LiveDecisions.Sight;
import io.countersign.activities.port.LiveDecisions.View;
import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.activities.port.RuntimeVerdict;
import io.countersign.activities.port.RuntimeVerdict.Answer;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.port.WorkloadTokens.Caller;
import io.countersign.activities.runtime.ApprovedPolicies.Held;
import io.countersign.activities.runtime.DecisionPoint;
import io.countersign.activities.runtime.RuleBook;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.api.ApiSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A decision point on a free port: one live release, a policy that permits, every answer noted. */
final class Counter implements AutoCloseable {
  static final WorkloadKey WORKLOAD =
      new WorkloadKey("production", "fraud-scorer", "prod-cluster", "spiffe://prod/fraud-scorer");
  static final String TOKEN = "a.good.token";

  final List<Decided> noted = new CopyOnWriteArrayList<>();
  final HttpClient http = HttpClient.newHttpClient();
  final DecisionServer server;
  volatile Sight sight = Sight.FRESH;
  volatile Answer answer = Answer.PERMITTED;
  volatile Runnable meanwhile = () -> {};

  Counter() {
    RuleBook rules =
        new RuleBook(
            new Example(),
            policy ->
                (token, at) -> {
                  if (token.equals(TOKEN)) {
                    return new Caller(WORKLOAD, null);
                  }
                  throw new GateException(FailureType.BAD_TOKEN, "workload token: forged");
                },
            policy -> Map.of(),
            policy -> new Nowhere(),
            Duration.ofHours(1),
            System::nanoTime);
    rules.look();
    LiveDecisions live = Live::new;
    DecisionPoint point =
        new DecisionPoint(
            live, release -> new Held.Ready(new Policy()), noted::add, Clock.systemUTC());
    server =
        DecisionServer.start(
            new ApiSettings("127.0.0.1", 0, null, null, null),
            rules,
            point,
            live,
            Clock.systemUTC());
  }

  static String question(String tool, String permission, String dataClass) {
    return "{\"subject\":{\"type\":\"workload\",\"id\":\""
        + WORKLOAD.subject()
        + "\"},\"action\":{\"name\":\""
        + permission
        + "\"},\"resource\":{\"type\":\"tool\",\"id\":\""
        + tool
        + "\",\"properties\":{\"dataClasses\":[\""
        + dataClass
        + "\"]}}}";
  }

  HttpResponse<String> ask(String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> ask(String path, String body, String... headers) {
    return ask(path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    server.close();
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private final class Live implements View {
    @Override
    public Sight sight() {
      return sight;
    }

    @Override
    public Duration staleness() {
      return Duration.ofMillis(12);
    }

    @Override
    public List<GovernedRelease> of(WorkloadKey workload) {
      return List.of(
          new GovernedRelease(
              new ReleaseId("production", "fraud-scorer", "1.0.0"),
              digest("release"),
              WORKLOAD,
              Map.of("refund.lookup", Set.of("read"), "refund.issue", Set.of("write")),
              Set.of("pii"),
              "policy/",
              digest("policy"),
              digest("gate"),
              Instant.MAX,
              Hold.IN_FORCE));
    }

    @Override
    public int inForce() {
      return 1;
    }
  }

  private final class Policy implements RuntimePolicy {
    @Override
    public RuntimeVerdict decide(RuntimeRequest request) {
      meanwhile.run();
      return new RuntimeVerdict(answer, List.of("policy.cedar#one"));
    }

    @Override
    public Prospect prospect(RuntimeRequest request) {
      return new Prospect(Possibility.SOMETIMES, Digest.of(new byte[0]));
    }

    @Override
    public Set<String> names() {
      return Set.of();
    }
  }

  private static final class Nowhere implements SubjectSource {
    @Override
    public SubjectDigest digest(String uri, Progress progress) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] document(String uri, Progress progress) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Example implements GateRules {
    private final GatePolicy policy = policy();

    private static GatePolicy policy() {
      Path file = Path.of("..", "examples", "fraud-scorer", "gate.yaml");
      try {
        return new DocumentReader(text -> Keys.publicKey(text).keyId())
            .gate("gate.yaml", Files.readAllBytes(file))
            .policy();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public GateRules.Rules now() {
      SignedFile any = new SignedFile(new byte[0], new byte[0]);
      return new GateRules.Rules(policy, any, null, any, id -> List.of());
    }

    @Override
    public void requireInForce(SignedFile gate, SignedFile approvers, Instant at) {
      throw new IllegalStateException("nobody asks about the past here");
    }
  }
}
