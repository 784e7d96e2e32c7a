package io.countersign.activities.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One OpenBao or HashiCorp Vault server process on the loopback interface, with its storage in a
 * directory. Not a development mode: it is initialised and unsealed as any server, and comes back
 * with its data when it is started again on the same directory. Its single unseal key and root
 * token lie in a file there that only its owner can read. It writes an audit log there too.
 */
public final class VaultServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final int OK = 200;

  private final Path binary;
  private final Path directory;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final URI address;
  private volatile @Nullable Process process;

  private VaultServer(Path binary, Path directory) throws IOException {
    this.binary = binary;
    this.directory = directory.toAbsolutePath();
    this.address = configure();
  }

  /** Starts a server that is unsealed and active when this returns. */
  public static VaultServer start(Path binary, Path directory) {
    try {
      VaultServer server = new VaultServer(binary, directory);
      // A server must not outlive the process that started it, however that ends.
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-vault"));
      server.start();
      return server;
    } catch (IOException e) {
      throw new GateException(
          FailureType.VAULT_UNAVAILABLE, "the server's directory cannot be used: " + directory, e);
    }
  }

  public URI address() {
    return address;
  }

  /** The administrator's token of this server. */
  public SecretText rootToken() {
    return SecretText.of(keys().path("root_token").asText());
  }

  /** Starts the process again after {@link #close}, on the same address and data. */
  public void start() {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              binary.toString(), "server", "-config=" + directory.resolve("server.hcl"));
      builder.redirectErrorStream(true);
      builder.redirectOutput(
          ProcessBuilder.Redirect.appendTo(directory.resolve("server.log").toFile()));
      process = builder.start();
      // Answers 200 as soon as it listens, sealed or not.
      await("/v1/sys/seal-status");
      boolean fresh = !get("/v1/sys/seal-status").path("initialized").asBoolean();
      if (fresh) {
        initialise();
      }
      unseal();
      await("/v1/sys/health");
      if (fresh && isHashiCorp()) {
        // OpenBao has it in its configuration and refuses to be told.
        Map<String, Object> options = Map.of("file_path", auditLog().toString());
        send("PUT", "/v1/sys/audit/local", Map.of("type", "file", "options", options), rootToken());
      }
    } catch (IOException e) {
      throw failed("the server cannot be started", e);
    }
  }

  /** Seals the server, as an operator would in an emergency. */
  public void seal() {
    send("PUT", "/v1/sys/seal", Map.of(), rootToken());
  }

  /** Unseals with the key of this directory. */
  public void unseal() {
    send("PUT", "/v1/sys/unseal", Map.of("key", keys().path("keys_base64").path(0).asText()), null);
    await("/v1/sys/health");
  }

  /** Stops the process that this object started, and nothing else. */
  @Override
  public synchronized void close() {
    Process running = process;
    process = null;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        running.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private URI configure() throws IOException {
    Files.createDirectories(directory);
    Path port = directory.resolve("port");
    if (!Files.exists(port)) {
      Files.createDirectories(directory.resolve("data"));
      Files.writeString(port, freePorts());
    }
    String[] ports = Files.readString(port).split(" ", 2);
    String address = "http://127.0.0.1:" + ports[0];
    // HashiCorp Vault refuses to start on raft without this line; OpenBao has no memory locking and
    // warns about it.
    String own =
        isHashiCorp()
            ? "disable_mlock = true\n"
            : """
              audit "file" "local" {
                options {
                  file_path = "%s"
                }
              }
              """
                .formatted(auditLog());
    Files.writeString(
        directory.resolve("server.hcl"),
        """
        %sui = true
        api_addr = "%s"
        cluster_addr = "http://127.0.0.1:%s"
        storage "raft" {
          path    = "%s"
          node_id = "local"
        }
        listener "tcp" {
          address     = "127.0.0.1:%s"
          tls_disable = true
        }
        """
            .formatted(own, address, ports[1], directory.resolve("data"), ports[0]));
    return URI.create(address);
  }

  private boolean isHashiCorp() {
    return binary.getFileName().toString().startsWith("vault");
  }

  /** Where it writes every request, secrets as HMACs. */
  private Path auditLog() {
    return directory.resolve("audit.log");
  }

  private void initialise() throws IOException {
    JsonNode answer =
        send("PUT", "/v1/sys/init", Map.of("secret_shares", 1, "secret_threshold", 1), null);
    Path file = directory.resolve("keys.json");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    JSON.writeValue(file.toFile(), answer);
  }

  private JsonNode keys() {
    try {
      return JSON.readTree(directory.resolve("keys.json").toFile());
    } catch (IOException e) {
      throw failed("the keys of this server cannot be read", e);
    }
  }

  private void await(String path) {
    Instant limit = Instant.now().plus(START_LIMIT);
    while (!answersOk(path)) {
      Process running = process;
      if (running == null || !running.isAlive()) {
        throw failed("the server ended; see " + directory.resolve("server.log"), null);
      }
      if (Instant.now().isAfter(limit)) {
        close();
        throw failed("the server is not ready after " + START_LIMIT.toSeconds() + " s", null);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(25);
      } catch (InterruptedException e) {
        close();
        Thread.currentThread().interrupt();
        throw failed("interrupted", null);
      }
    }
  }

  private boolean answersOk(String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(5)).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private JsonNode get(String path) {
    return send("GET", path, null, null);
  }

  private JsonNode send(
      String method, String path, @Nullable Map<String, Object> body, @Nullable SecretText token) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(address.resolve(path))
              .timeout(Duration.ofSeconds(30))
              .method(
                  method,
                  body == null
                      ? BodyPublishers.noBody()
                      : BodyPublishers.ofString(JSON.writeValueAsString(body)));
      if (token != null) {
        request.header("X-Vault-Token", token.reveal());
      }
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() >= 400) {
        throw failed(method + " " + path + " answered " + response.statusCode(), null);
      }
      return JSON.readTree(response.body().isEmpty() ? "{}" : response.body());
    } catch (IOException e) {
      throw failed(method + " " + path + " got no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted", null);
    }
  }

  private static String freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket api = new ServerSocket(0, 1, loopback);
        ServerSocket cluster = new ServerSocket(0, 1, loopback)) {
      return api.getLocalPort() + " " + cluster.getLocalPort();
    }
  }

  private static GateException failed(String what, @Nullable Exception cause) {
    return cause == null
        ? new GateException(FailureType.VAULT_UNAVAILABLE, what)
        : new GateException(FailureType.VAULT_UNAVAILABLE, what, cause);
  }
}
