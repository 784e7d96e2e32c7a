package io.countersign.activities.adapter.remote;

import static io.countersign.activities.adapter.remote.ScriptedRegistry.CONFIG;
import static io.countersign.activities.adapter.remote.ScriptedRegistry.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.HttpsPlace;
import io.countersign.policy.GatePolicy.OciPlace;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that wants to know who asks, and where its questions may lead. */
class RegistryTokenTests {
  private static final Bounds BOUNDS =
      new Bounds(
          1 << 20, 8, Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofSeconds(30), 3);
  private static final byte[] MODEL = new byte[1000];
  private static final String BASIC = "Basic cHVsbGVyOnMzY3IzdA==";

  private final ScriptedRegistry registry = new ScriptedRegistry();
  private final ScriptedServer realm = new ScriptedServer();
  private final ScriptedServer cdn = new ScriptedServer();
  private final List<String> queries = new ArrayList<>();
  private final AtomicInteger tokens = new AtomicInteger();
  private int good = 1;
  private String uri = "";
  @TempDir private Path secrets;

  @BeforeEach
  void push() throws IOException {
    ObjectNode manifest = ScriptedRegistry.manifest();
    ScriptedRegistry.layer(manifest, "fraud.onnx", MODEL);
    byte[] bytes = ScriptedRegistry.bytes(manifest);
    uri = registry.uri(Digest.of(bytes));
    guarded(ScriptedRegistry.manifestPath(Digest.of(bytes)), bytes);
    guarded(ScriptedRegistry.blobPath(Digest.of(CONFIG)), CONFIG);
    guarded(ScriptedRegistry.blobPath(Digest.of(MODEL)), MODEL);
    realm.on("/token", this::token);
    Path file = secrets.resolve("puller");
    Files.writeString(file, "basic puller:s3cr3t\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void close() {
    registry.close();
    realm.close();
    cdn.close();
  }

  /** Gives the bytes to the good token alone, and sends everybody else to the realm. */
  private void guarded(String path, byte[] bytes) {
    registry
        .server()
        .on(
            path,
            exchange -> {
              String said = exchange.getRequestHeaders().getFirst("Authorization");
              if (("Bearer t" + good).equals(said)) {
                ScriptedServer.send(exchange, 200, bytes);
              } else {
                challenge(exchange, "Bearer realm=\"" + realm.url("/token") + "\"");
              }
            });
  }

  private static void challenge(HttpExchange exchange, String challenge) throws IOException {
    exchange
        .getResponseHeaders()
        .add(
            "WWW-Authenticate",
            challenge + ",service=\"reg\",scope=\"repository:other:pull,push,delete\"");
    ScriptedServer.send(exchange, 401, "s3cr3t".getBytes(StandardCharsets.UTF_8));
  }

  private void token(HttpExchange exchange) throws IOException {
    queries.add(exchange.getRequestURI().getQuery());
    String json = "{\"token\": \"t" + tokens.incrementAndGet() + "\", \"expires_in\": 60}";
    ScriptedServer.send(exchange, 200, json.getBytes(StandardCharsets.UTF_8));
  }

  private SubjectSource source(@Nullable String tokenRealm, @Nullable String credential) {
    HttpReader http = new HttpReader(null);
    Credentials credentials = new Credentials(secrets);
    List<HttpsPlace> places = List.of(new HttpsPlace(cdn.url("/blobs/"), null));
    return new OciSource(
        List.of(new OciPlace(registry.url(), List.of(REPOSITORY), tokenRealm, credential)),
        new HttpsSource(places, http, credentials, BOUNDS),
        http,
        credentials,
        BOUNDS);
  }

  private long read(SubjectSource source) {
    return source.digest(uri, Progress.unwatched()).bytes();
  }

  private void fails(SubjectSource source, FailureType type, String words) {
    assertThatThrownBy(() -> read(source))
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessageContaining(words)
        .message()
        .doesNotContain("s3cr3t");
  }

  @Test
  void aTokenIsFetchedOnceForThisRepositoryAndPullingAlone() {
    assertThat(read(source(realm.url("/token"), null))).isEqualTo(MODEL.length);
    assertThat(queries).containsExactly("scope=repository:ml/fraud:pull&service=reg");
    assertThat(realm.asked()).extracting(ScriptedServer.Asked::authorization).containsOnly("null");
  }

  @Test
  void theCredentialGoesToTheRealmAndTheTokenToTheRepository() {
    guardedElsewhere();
    assertThat(read(source(realm.url("/token"), "puller"))).isEqualTo(MODEL.length);
    assertThat(realm.asked()).extracting(ScriptedServer.Asked::authorization).containsOnly(BASIC);
    assertThat(registry.server().asked())
        .extracting(ScriptedServer.Asked::authorization)
        .containsOnly("null", "Bearer t1");
    assertThat(cdn.asked()).extracting(ScriptedServer.Asked::authorization).containsOnly("null");
  }

  private void guardedElsewhere() {
    registry
        .server()
        .on(
            ScriptedRegistry.blobPath(Digest.of(MODEL)),
            exchange -> {
              exchange.getResponseHeaders().add("Location", cdn.url("/blobs/x"));
              exchange.sendResponseHeaders(307, -1);
            });
    cdn.file("/blobs/x", MODEL);
  }

  @Test
  void aTokenThatEndedIsFetchedAgain() {
    registry
        .server()
        .on(
            ScriptedRegistry.blobPath(Digest.of(CONFIG)),
            exchange -> {
              good = 2;
              ScriptedServer.send(exchange, 200, CONFIG);
            });
    assertThat(read(source(realm.url("/token"), null))).isEqualTo(MODEL.length);
    assertThat(queries).hasSize(2);
  }

  @Test
  void aTokenThatTheRegistryDoesNotTakeEndsIt() {
    good = 99;
    fails(source(realm.url("/token"), null), FailureType.SOURCE_UNAVAILABLE, "status 401");
    assertThat(queries).hasSize(1);
  }

  @Test
  void aRealmThatTheGatePolicyDoesNotNameIsNotAsked() {
    fails(source(null, "puller"), FailureType.SOURCE_REFUSED, "a realm that the gate policy");
    fails(source(cdn.url("/token"), "puller"), FailureType.SOURCE_REFUSED, "does not name");
    fails(source(realm.url("/token/x"), "puller"), FailureType.SOURCE_REFUSED, "does not name");
    assertThat(realm.asked()).isEmpty();
    assertThat(cdn.asked()).isEmpty();
  }

  @Test
  void withoutARealmTheCredentialGoesToTheRegistryItself() {
    for (String path : paths()) {
      byte[] bytes =
          path.contains("manifests") ? manifest() : path.endsWith(end()) ? MODEL : CONFIG;
      registry
          .server()
          .on(
              path,
              exchange -> {
                boolean known =
                    BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"));
                ScriptedServer.send(exchange, known ? 200 : 401, bytes);
              });
    }
    assertThat(read(source(null, "puller"))).isEqualTo(MODEL.length);
    fails(source(null, null), FailureType.SOURCE_UNAVAILABLE, "status 401");
    assertThat(realm.asked()).isEmpty();
  }

  private static String end() {
    return Digest.of(MODEL).hex();
  }

  private List<String> paths() {
    return List.of(
        ScriptedRegistry.manifestPath(Digest.of(manifest())),
        ScriptedRegistry.blobPath(Digest.of(CONFIG)),
        ScriptedRegistry.blobPath(Digest.of(MODEL)));
  }

  private static byte[] manifest() {
    ObjectNode manifest = ScriptedRegistry.manifest();
    ScriptedRegistry.layer(manifest, "fraud.onnx", MODEL);
    return ScriptedRegistry.bytes(manifest);
  }

  @Test
  void aRealmThatLeadsElsewhereIsNotFollowed() {
    realm.on(
        "/token",
        exchange -> {
          exchange.getResponseHeaders().add("Location", cdn.url("/blobs/token"));
          exchange.sendResponseHeaders(302, -1);
        });
    fails(source(realm.url("/token"), "puller"), FailureType.SOURCE_REFUSED, "leads elsewhere");
    assertThat(cdn.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"token\": 7}",
        "{\"token\": \"\"}",
        "{\"token\": \"s3cr3t\\r\\nX-Header: y\"}",
        "{\"token\": \"a\", \"token\": \"b\"}",
        "s3cr3t",
        "[]"
      })
  void aRealmThatGivesNoTokenIsNoAnswer(String json) {
    realm.on(
        "/token",
        exchange -> ScriptedServer.send(exchange, 200, json.getBytes(StandardCharsets.UTF_8)));
    fails(source(realm.url("/token"), null), FailureType.SOURCE_UNAVAILABLE, "token");
  }

  @ParameterizedTest
  @CsvSource({
    "SOURCE_UNAVAILABLE, 401",
    "SOURCE_UNAVAILABLE, 403",
    "SOURCE_UNAVAILABLE, 503",
    "SOURCE_REFUSED, 404"
  })
  void aRealmThatRefusesIsNeverAPass(FailureType type, int status) {
    realm.on("/token", exchange -> ScriptedServer.send(exchange, status, new byte[10]));
    fails(source(realm.url("/token"), null), type, "status " + status);
  }

  @Test
  void aTokenWithoutEndIsRefused() {
    realm.on("/token", exchange -> ScriptedServer.send(exchange, 200, new byte[100_000]));
    fails(source(realm.url("/token"), null), FailureType.SOURCE_REFUSED, "more than 65536 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Basic realm=\"x\"", "Negotiate", "Bearer", "Bearer error=\"s3cr3t\"", "bearer x"})
  void anotherChallengeGetsNothing(String challenge) {
    registry
        .server()
        .on(
            paths().get(0),
            exchange -> {
              exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
              exchange.sendResponseHeaders(401, -1);
            });
    assertThatThrownBy(() -> read(source(realm.url("/token"), "puller")))
        .isInstanceOf(GateException.class);
    assertThat(realm.asked()).isEmpty();
  }
}
