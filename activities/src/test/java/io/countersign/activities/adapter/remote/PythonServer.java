package io.countersign.activities.adapter.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.engine.EngineBinaries;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real server out of a set that {@code engines/tools} brings. */
final class PythonServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Enough for moto, which asks who is there and verifies nothing; MLflow does not look. */
  private static final String SOMEBODY =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261101/us-east-1/s3/aws4_request,"
          + " SignedHeaders=host, Signature=0";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process process;
  private final Path log;
  final String url;

  private PythonServer(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.url = "http://127.0.0.1:" + port;
  }

  /**
   * Starts a program of the set and waits until it answers; {@code PORT} in its arguments becomes a
   * free port.
   */
  static PythonServer start(
      Path directory,
      String set,
      Map<String, String> environment,
      String health,
      String program,
      String... arguments)
      throws IOException, InterruptedException {
    String cache = System.getenv().getOrDefault("COUNTERSIGN_CACHE", "");
    Path bin =
        (cache.isEmpty() ? Path.of("..", ".cache") : Path.of(cache))
            .resolve("tools/" + set + "/venv/bin")
            .toAbsolutePath()
            .normalize();
    boolean required = EngineBinaries.ofThisProcess().required();
    Assumptions.assumeTrue(
        required || Files.isExecutable(bin.resolve(program)), "no " + set + ": run engines/tools");
    assertThat(bin.resolve(program)).as("engines/tools brings it").isExecutable();
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    List<String> command = new ArrayList<>(List.of(bin.resolve(program).toString()));
    for (String argument : arguments) {
      command.add(argument.replace("PORT", Integer.toString(port)));
    }
    Path log = directory.resolve(set + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    PythonServer server = new PythonServer(builder.start(), log, port);
    try {
      server.await(health);
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      server.close();
      throw e;
    }
    return server;
  }

  private void await(String health) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        if (http.send(request(health).GET().build(), BodyHandlers.discarding()).statusCode()
            < 500) {
          return;
        }
      } catch (IOException notYet) {
        assertThat(process.isAlive()).as("log: %s", Files.readString(log)).isTrue();
      }
      assertThat(Instant.now()).as("log: %s", Files.readString(log)).isBefore(end);
      process.waitFor(200, TimeUnit.MILLISECONDS);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofMinutes(1));
  }

  void put(String path, byte[] body) throws IOException, InterruptedException {
    send(
        request(path)
            .header("Content-Type", "application/octet-stream")
            .header("Authorization", SOMEBODY)
            .PUT(BodyPublishers.ofByteArray(body)));
  }

  String post(String path, String json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer = http.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** Ends the server and the processes that it started. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    all.forEach(
        one -> one.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(e -> kill(one)).join());
  }

  private static ProcessHandle kill(ProcessHandle one) {
    one.destroyForcibly();
    return one;
  }
}
