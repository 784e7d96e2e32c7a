package io.countersign.activities.adapter.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.release.Digest;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The registry that {@code engines/registry} brings, with one person who may push and pull. */
final class DebianRegistry implements AutoCloseable {
  static final String CREDENTIAL = "basic puller:registry-it";
  private static final String PEOPLE =
      "puller:$2b$05$vV2W1gGMipFYOBwR8BeXXOUfCOfE3.QX3QurkJL25AVsy6RpL7VPu\n";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process process;
  private final Path log;
  final String url;

  private DebianRegistry(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.url = "http://127.0.0.1:" + port;
  }

  static DebianRegistry start(Path directory) throws IOException, InterruptedException {
    Optional<Path> program = program();
    boolean required = EngineBinaries.ofThisProcess().required();
    Assumptions.assumeTrue(required || program.isPresent(), "no registry: run engines/registry");
    assertThat(program).as("engines/registry brings it").isPresent();
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path people = Files.writeString(directory.resolve("htpasswd"), PEOPLE);
    Path config =
        Files.writeString(
            directory.resolve("registry.yml"),
            String.join(
                "\n",
                "version: 0.1",
                "storage: {filesystem: {rootdirectory: '" + directory.resolve("blobs") + "'}}",
                "http: {addr: '127.0.0.1:" + port + "'}",
                "auth: {htpasswd: {realm: test, path: '" + people + "'}}",
                ""));
    Path log = directory.resolve("registry.log");
    ProcessBuilder builder =
        new ProcessBuilder(program.get().toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    DebianRegistry registry = new DebianRegistry(builder.start(), log, port);
    try {
      registry.await();
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      registry.close();
      throw e;
    }
    return registry;
  }

  private static Optional<Path> program() {
    String cache = System.getenv().getOrDefault("COUNTERSIGN_CACHE", "");
    Path brought =
        (cache.isEmpty() ? Path.of("..", ".cache") : Path.of(cache))
            .resolve("registry/bin/docker-registry")
            .toAbsolutePath()
            .normalize();
    Stream<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .map(directory -> Path.of(directory, "docker-registry"));
    return Stream.concat(onPath, Stream.of(brought)).filter(Files::isExecutable).findFirst();
  }

  private void await() throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        if (send(request("/v2/").GET().build()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        assertThat(process.isAlive()).as("log: %s", Files.readString(log)).isTrue();
      }
      assertThat(Instant.now()).as("log: %s", Files.readString(log)).isBefore(end);
      process.waitFor(100, TimeUnit.MILLISECONDS);
    }
  }

  private HttpRequest.Builder request(String path) {
    String person = CREDENTIAL.substring("basic ".length());
    return HttpRequest.newBuilder(URI.create(url).resolve(path))
        .timeout(Duration.ofMinutes(1))
        .header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(person.getBytes(StandardCharsets.UTF_8)));
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofString());
  }

  /** Pushes one blob in one piece. */
  void blob(String repository, byte[] bytes) throws IOException, InterruptedException {
    HttpResponse<String> begun =
        send(
            request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()).build());
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
    String to = begun.headers().firstValue("Location").orElseThrow();
    HttpResponse<String> done =
        send(
            request(to + (to.contains("?") ? "&" : "?") + "digest=" + Digest.of(bytes))
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(bytes))
                .build());
    assertThat(done.statusCode()).as(done.body()).isEqualTo(201);
  }

  /** Pushes a manifest under a tag, as people do; the answer is the URI by digest. */
  String manifest(String repository, ObjectNode manifest) throws IOException, InterruptedException {
    byte[] bytes = ScriptedRegistry.bytes(manifest);
    HttpResponse<String> done =
        send(
            request("/v2/" + repository + "/manifests/latest")
                .header("Content-Type", manifest.path("mediaType").asText())
                .PUT(BodyPublishers.ofByteArray(bytes))
                .build());
    assertThat(done.statusCode()).as(done.body()).isEqualTo(201);
    return url.replace("http://", "oci://") + "/" + repository + "@" + Digest.of(bytes);
  }

  @Override
  public void close() {
    process.destroy();
    process
        .onExit()
        .orTimeout(10, TimeUnit.SECONDS)
        .exceptionally(e -> process.destroyForcibly())
        .join();
  }
}
