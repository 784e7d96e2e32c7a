package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.countersign.release.Digest;
import io.countersign.worker.cli.Desk.Said;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code countersign lock} on subjects of a registry and of a web server. */
class RemoteLockTests {
  private static final Path EXAMPLE = Path.of("..", "examples", "fraud-scorer");
  private static final byte[] MODEL = "weights".getBytes(StandardCharsets.UTF_8);
  private static final byte[] DATA = "amount,fraud\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  @TempDir Path directory;
  private HttpServer server;
  private Desk desk;
  private Path release;
  private Path gate;
  private Digest artifact;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] bytes = served.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(
                bytes == null ? 404 : 200, bytes == null ? -1 : bytes.length);
            if (bytes != null) {
              exchange.getResponseBody().write(bytes);
            }
          }
        });
    server.start();
    byte[] manifest =
        ("{\"schemaVersion\":2,\"config\":"
                + descriptor(CONFIG)
                + ",\"layers\":["
                + descriptor(MODEL)
                + "]}")
            .getBytes(StandardCharsets.UTF_8);
    artifact = Digest.of(manifest);
    served.put("/v2/ml/fraud/manifests/" + artifact, manifest);
    served.put("/v2/ml/fraud/blobs/" + Digest.of(CONFIG), CONFIG);
    served.put("/v2/ml/fraud/blobs/" + Digest.of(MODEL), MODEL);
    served.put("/data/train.csv", DATA);
    layExample();
  }

  private static String descriptor(byte[] bytes) {
    return "{\"digest\":\"" + Digest.of(bytes) + "\",\"size\":" + bytes.length + "}";
  }

  private void layExample() throws IOException {
    desk = new Desk(directory);
    Path example = directory.resolve("fraud-scorer");
    try (Stream<Path> paths = Files.walk(EXAMPLE)) {
      for (Path path : paths.toList()) {
        Files.copy(path, example.resolve(EXAMPLE.relativize(path).toString()));
      }
    }
    release = example.resolve("releases/2026.11.1/release.yaml");
    gate = example.resolve("gate.yaml");
    edit(release, "models/1/", "\"oci://" + host() + "/ml/fraud@" + artifact + "\"");
    edit(release, "data/train.csv", "\"http://" + host() + "/data/train.csv\"");
  }

  private String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private static void edit(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).as("the example has it").contains("uri: " + from);
    Files.writeString(file, text.replace("uri: " + from, "uri: " + to));
  }

  private void name(String places) throws IOException {
    String text = Files.readString(gate);
    assertThat(text).contains("\nsources:\n");
    Files.writeString(gate, text.replace("\nsources:\n", "\nsources:\n" + places));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Said lock(String... more) {
    return desk.run(
        Stream.concat(
                Stream.of("lock", release.toString(), "--gate", gate.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void fillsInTheDigestsOfAnArtifactAndOfAFileOfAServer() throws IOException {
    name(
        "  https: [{prefix: \"http://HOST/data/\"}]\n  oci: [{registry: \"http://HOST\","
                .replace("HOST", host())
            + " repositories: [\"ml/*\"]}]\n");
    Said locked = lock();
    assertThat(locked.exit()).as(locked.err()).isZero();
    assertThat(Files.readString(release))
        .contains("\"" + artifact + "\"")
        .contains("\"" + Digest.of(DATA) + "\"");
    assertThat(lock("--check").exit()).isZero();
    served.put("/v2/ml/fraud/blobs/" + Digest.of(MODEL), DATA);
    assertThat(lock("--check").err()).startsWith("SOURCE_REFUSED: ");
  }

  @Test
  void asksNobodyWhomTheGateFileDoesNotName() throws IOException {
    byte[] before = Files.readAllBytes(release);
    Said refused = lock();
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).startsWith("SOURCE_REFUSED: ");
    assertThat(release).hasBinaryContent(before);
  }
}
