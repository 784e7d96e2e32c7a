package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers are understood, on a server that says whatever the test wants. */
class VaultClientTests {
  private static final String SECRET = "hvs.never-to-be-seen";

  private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private VaultSettings settings;
  private VaultClient client;
  private volatile int status = 200;
  private volatile String body = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          tokens.add(exchange.getRequestHeaders().getFirst("X-Vault-Token"));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    settings =
        new VaultSettings(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
            null,
            null,
            Duration.ofSeconds(2),
            Duration.ofSeconds(2));
    client = client(new VaultIdentity.HeldToken(SecretText.of(SECRET)));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>maintenance</html>",
        "[]",
        "null",
        "{}",
        "{\"data\":null}",
        "{\"data\":{}}",
        "{\"data\":{\"keys\":{}}}",
        "{\"data\":{\"keys\":null}}"
      })
  void whatIsNotVaultsAnswerIsNeverAnEmptyList(String answer) {
    body = answer;

    fails(FailureType.VAULT_UNAVAILABLE, () -> client.list("sys/leases/lookup/auth/x/login"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html>not found</html>", "{}", "[]", "{\"message\":\"no Route matched\"}"})
  void aProxysNotFoundIsNotVaultsNotFound(String answer) {
    status = 404;
    body = answer;

    fails(FailureType.VAULT_UNAVAILABLE, () -> client.list("sys/leases/lookup/auth/x/login"));
    fails(FailureType.VAULT_UNAVAILABLE, () -> client.read("auth/x/role/1.0"));
  }

  @Test
  void vaultsOwnNotFoundIsAbsence() {
    status = 404;
    body = "{\"errors\":[]}";

    assertThat(client.list("sys/leases/lookup/auth/x/login")).isEmpty();
    assertThat(client.read("auth/x/role/1.0")).isEmpty();
    fails(FailureType.NOT_ONBOARDED, () -> client.write("auth/x/role/1.0", Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "400, VAULT_DENIED",
    "403, VAULT_DENIED",
    "405, VAULT_DENIED",
    "412, VAULT_UNAVAILABLE",
    "429, VAULT_UNAVAILABLE",
    "472, VAULT_UNAVAILABLE",
    "473, VAULT_UNAVAILABLE",
    "307, VAULT_UNAVAILABLE",
    "500, VAULT_UNAVAILABLE",
    "501, VAULT_UNAVAILABLE",
    "503, VAULT_UNAVAILABLE"
  })
  void everyStatusHasOneMeaningInEveryOperation(int answer, FailureType type) {
    status = answer;
    body = "{\"errors\":[\"" + SECRET + "\"]}";

    fails(type, () -> client.read("auth/x/role/1.0"));
    fails(type, () -> client.list("auth/x/role"));
    fails(type, () -> client.write("auth/x/role/1.0", Map.of("a", "b")));
    fails(type, () -> client.delete("auth/x/role/1.0"));
  }

  @Test
  void aServerThatIsAwayIsUnavailable() {
    server.stop(0);

    fails(FailureType.VAULT_UNAVAILABLE, () -> client.read("auth/x/role/1.0"));
  }

  @Test
  void aTokenFileIsReadAgainWhenItsTokenIsDenied(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "first\n");
    VaultClient rotating = client(new VaultIdentity.TokenFile(file));
    body = "{\"data\":{\"a\":\"b\"}}";
    rotating.read("some/path");
    Files.writeString(file, "second");
    status = 403;

    fails(FailureType.VAULT_DENIED, () -> rotating.read("some/path"));
    assertThat(tokens).containsExactly("first", "first", "second");
  }

  @Test
  void aMissingTokenFileIsDeniedAndNamed(@TempDir Path directory) {
    Path file = directory.resolve("absent");

    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> client(new VaultIdentity.TokenFile(file)).read("some/path"))
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(FailureType.VAULT_DENIED))
        .withMessageContaining(file.toString());
  }

  private VaultClient client(VaultIdentity identity) {
    return new VaultClient(settings, identity, Clock.systemUTC());
  }

  /** Also holds that no failure carries a body or a token, down to its last cause. */
  private static void fails(
      FailureType type, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(call)
        .satisfies(
            failure -> {
              assertThat(failure.type()).isEqualTo(type);
              StringWriter trace = new StringWriter();
              failure.printStackTrace(new PrintWriter(trace));
              assertThat(trace.toString()).doesNotContain(SECRET);
            });
  }
}
