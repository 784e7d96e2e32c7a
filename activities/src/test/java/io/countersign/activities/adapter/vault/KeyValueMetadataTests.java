package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.countersign.activities.port.KeyValueSecrets;
import io.countersign.activities.port.KeyValueSecrets.Engine;
import io.countersign.activities.port.KeyValueSecrets.Secret;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.PathPattern;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How metadata is understood, on a server that says whatever the test wants. */
class KeyValueMetadataTests {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

  private HttpServer server;
  private KeyValueSecrets secrets;
  private int status = 200;
  private UnaryOperator<String> answer = path -> "{}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes =
              answer
                  .apply(exchange.getRequestURI().toString().substring("/v1/".length()))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    secrets =
        new VaultKeyValueSecrets(
            VaultSettings.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
            new VaultIdentity.HeldToken(SecretText.of("t")),
            Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @CsvSource({
    "'', false, true",
    "'', true, false",
    "2026-11-01T12:00:00Z, false, false",
    "2026-11-01T12:00:01Z, false, true"
  })
  void aVersionIsReadableUntilItIsDeletedOrDestroyed(
      String deleted, boolean destroyed, boolean readable) {
    answer =
        path ->
            ("{\"data\": {\"current_version\": 2, \"versions\": {\"1\": {}, \"2\":"
                    + " {\"created_time\": \"2026-10-01T00:00:00.123456789Z\","
                    + " \"deletion_time\": \"%s\", \"destroyed\": %s}}}}")
                .formatted(deleted, destroyed);

    assertThat(look("a"))
        .containsExactly(
            new Secret("a", 2, Instant.parse("2026-10-01T00:00:00.123456789Z"), readable));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"data\": {\"current_version\": 0, \"versions\": {}}}",
        "{\"data\": {\"versions\": {\"1\": {}}}}"
      })
  void aSecretWithoutAVersionHoldsNothing(String metadata) {
    answer = path -> metadata;

    assertThat(look("a")).containsExactly(new Secret("a", 0, null, false));
  }

  @Test
  void aCurrentVersionThatIsNotListedIsNotReadable() {
    answer = path -> "{\"data\": {\"current_version\": 9, \"versions\": {\"1\": {}}}}";

    assertThat(look("a")).containsExactly(new Secret("a", 9, null, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "<html>maintenance</html>",
        "{\"data\": null}",
        "{\"data\": {\"current_version\": \"two\", \"versions\": {}}}",
        "{\"data\": {\"current_version\": 1.5, \"versions\": {}}}",
        "{\"data\": {\"current_version\": 1, \"versions\": {\"1\": {}}}}",
        "{\"data\": {\"current_version\": 1, \"versions\": {\"1\": {\"created_time\": 7}}}}",
        "{\"data\": {\"current_version\": 1, \"versions\": {\"1\": {\"created_time\": \"now\"}}}}"
      })
  void whatIsNotVaultsAnswerIsNoAge(String metadata) {
    answer = path -> metadata;

    fails(FailureType.VAULT_UNAVAILABLE, () -> look("a"));
  }

  @Test
  void moreThanCanBeLookedAtIsRefused() {
    String keys =
        IntStream.rangeClosed(0, KeyValueSecrets.LIMIT)
            .mapToObj(i -> "\"k" + i + "\"")
            .collect(Collectors.joining(", ", "[", "]"));
    answer =
        path ->
            path.endsWith("?list=true")
                ? "{\"data\": {\"keys\": " + keys + "}}"
                : "{\"data\": {\"current_version\": 0, \"versions\": {}}}";
    fails(FailureType.SOURCE_REFUSED, () -> look("*"));

    answer = path -> "{\"data\": {\"keys\": [\"deeper/\"]}}";
    fails(FailureType.SOURCE_REFUSED, () -> look("*"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\": \"kv\", \"options\": {\"version\": \"2\"}} | kv | 2",
        "{\"type\": \"kv\", \"options\": null} | kv | 1",
        "{\"type\": \"kv\"} | kv | 1",
        "{\"type\": \"database\", \"options\": {\"version\": \"2\"}} | database | ''"
      })
  void tellsWhatIsMounted(String data, String type, String version) {
    answer = path -> "{\"data\": " + data + "}";

    assertThat(secrets.engine("kv")).contains(new Engine(type, version));
  }

  @Test
  void aMountThatVaultDoesNotKnowIsNone() {
    status = 400;
    answer = path -> "{\"errors\": [\"No secret engine mount at kv/\"]}";
    assertThat(secrets.engine("kv")).isEmpty();

    status = 403;
    fails(FailureType.VAULT_DENIED, () -> secrets.engine("kv"));
    status = 503;
    fails(FailureType.VAULT_UNAVAILABLE, () -> secrets.engine("kv"));
  }

  private List<Secret> look(String pattern) {
    return secrets.secrets("kv", new PathPattern(pattern), Progress.unwatched());
  }

  private static void fails(FailureType type, ThrowingCallable call) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(call)
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(type));
  }
}
