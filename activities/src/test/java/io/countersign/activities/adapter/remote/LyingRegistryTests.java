package io.countersign.activities.adapter.remote;

import static io.countersign.activities.adapter.remote.ScriptedRegistry.CONFIG;
import static io.countersign.activities.adapter.remote.ScriptedRegistry.REPOSITORY;
import static io.countersign.failure.FailureType.SOURCE_REFUSED;
import static io.countersign.failure.FailureType.SOURCE_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.OciPlace;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Registries and artifacts that lie, break off or ask too much: each has its failure. */
class LyingRegistryTests {
  private static final Bounds BOUNDS =
      new Bounds(
          32 << 20, 8, Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(30), 3);
  private static final byte[] MODEL = new byte[200_000];
  private static final String BLOB = ScriptedRegistry.blobPath(Digest.of(MODEL));

  private final ScriptedRegistry registry = new ScriptedRegistry();
  private final CountDownLatch latch = new CountDownLatch(1);

  @AfterEach
  void close() {
    latch.countDown();
    registry.close();
  }

  private SubjectSource source() {
    HttpReader http = new HttpReader(null);
    Credentials none = new Credentials(null);
    return new OciSource(
        List.of(new OciPlace(registry.url(), List.of(REPOSITORY), null, null)),
        new HttpsSource(List.of(), http, none, BOUNDS),
        http,
        none,
        BOUNDS);
  }

  private static ObjectNode sound() {
    ObjectNode manifest = ScriptedRegistry.manifest();
    ScriptedRegistry.layer(manifest, "fraud.onnx", MODEL);
    return manifest;
  }

  private static ObjectNode layer(ObjectNode manifest) {
    return (ObjectNode) manifest.path("layers").path(0);
  }

  private static void title(ObjectNode manifest, String title) {
    ((ObjectNode) layer(manifest).path("annotations")).put("org.opencontainers.image.title", title);
  }

  private void fails(String uri, FailureType type, String words) {
    fails(type, words, () -> source().digest(uri, Progress.unwatched()));
    fails(type, words, () -> source().document(uri, Progress.unwatched()));
  }

  private static void fails(FailureType type, String words, Runnable reading) {
    assertThatThrownBy(reading::run)
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessageContaining(words);
  }

  static Stream<Arguments> manifests() {
    return Stream.of(
        manifest("an index", "an index", m -> m.remove("layers"), m -> m.putArray("manifests")),
        manifest("two kinds in one", "an index", m -> m.putArray("manifests")),
        manifest("the type of an index", "another kind", m -> m.put("mediaType", index())),
        manifest("a type that is no text", "another kind", m -> m.put("mediaType", 2)),
        manifest("version 1", "another kind", m -> m.put("schemaVersion", 1)),
        manifest("a version as text", "another kind", m -> m.put("schemaVersion", "2")),
        manifest("no version", "another kind", m -> m.remove("schemaVersion")),
        manifest("layers of version 1", "list of layers", m -> m.putArray("fsLayers")),
        manifest("no list", "list of layers", m -> m.putObject("layers")),
        manifest("no layers", "without layers", m -> m.putArray("layers")),
        manifest(
            "a layer that is null", "without a size", m -> ((ArrayNode) m.get("layers")).addNull()),
        manifest("no configuration", "without a size", m -> m.remove("config")),
        manifest("no size", "without a size", m -> layer(m).remove("size")),
        manifest("a size as text", "without a size", m -> layer(m).put("size", "200000")),
        manifest("a negative size", "without a size", m -> layer(m).put("size", -1)),
        manifest("a broken size", "without a size", m -> layer(m).put("size", 1.5)),
        manifest("no digest", "without a digest", m -> layer(m).remove("digest")),
        manifest("another algorithm", "digest", m -> layer(m).put("digest", "sha512:00")),
        manifest("a digest with a path", "digest", m -> layer(m).put("digest", "sha256:../x")),
        manifest("a way up", "'..'", m -> title(m, "../fraud.onnx")),
        manifest("a way from the top", "from the top", m -> title(m, "/etc/passwd")),
        manifest("a directory", "a directory", m -> title(m, "models/")),
        manifest("a hidden character", "hides text", m -> title(m, "fraud\u202Exnno")),
        manifest("no name", "", m -> title(m, "")),
        manifest(
            "a title that is no text",
            "no text",
            m ->
                ((ObjectNode) layer(m).path("annotations"))
                    .put("org.opencontainers.image.title", 7)),
        manifest(
            "a name twice", "two files", m -> ScriptedRegistry.layer(m, "fraud.onnx", new byte[1])),
        manifest(
            "a file above a file",
            "a directory too",
            m -> ScriptedRegistry.layer(m, "fraud.onnx/x", new byte[1])),
        manifest(
            "too many bytes",
            "more than 33554432 bytes",
            m -> ScriptedRegistry.layer(m, "x", MODEL).put("size", 1L << 40)),
        manifest(
            "sizes that overflow",
            "more than 33554432 bytes",
            m -> ScriptedRegistry.layer(m, "x", MODEL).put("size", Long.MAX_VALUE),
            m -> ScriptedRegistry.layer(m, "y", MODEL).put("size", Long.MAX_VALUE)),
        manifest(
            "too many files",
            "more than 8 files",
            m -> {
              for (int i = 0; i < 8; i++) {
                ScriptedRegistry.layer(m, "x" + i, MODEL);
              }
            }));
  }

  private static String index() {
    return "application/vnd.oci.image.index.v1+json";
  }

  @SafeVarargs
  private static Arguments manifest(String defect, String words, Consumer<ObjectNode>... bends) {
    Function<ObjectNode, ObjectNode> bend =
        manifest -> {
          for (Consumer<ObjectNode> one : bends) {
            one.accept(manifest);
          }
          return manifest;
        };
    return Arguments.of(defect, words, bend);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("manifests")
  void aManifestOfTheRightDigestIsStillReadStrictly(
      String defect, String words, Function<ObjectNode, ObjectNode> bend) {
    registry.blob(CONFIG);
    registry.blob(MODEL);
    fails(registry.push(bend.apply(sound())), SOURCE_REFUSED, words);
    assertThat(registry.server().asked()).allMatch(asked -> asked.path().contains("/manifests/"));
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("nothing", new byte[0]),
        Arguments.of("no JSON", utf8("<html>")),
        Arguments.of("a list", utf8("[]")),
        Arguments.of("a key twice", utf8("{\"schemaVersion\": 2, \"schemaVersion\": 2}")),
        Arguments.of("something after the end", utf8("{} {}")),
        Arguments.of("other characters", "{}".getBytes(StandardCharsets.UTF_16)),
        Arguments.of("a deep nest", utf8("{\"a\":".repeat(2000) + "1" + "}".repeat(2000))));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void whatIsNoManifestIsRefused(String defect, byte[] bytes) {
    fails(registry.push(bytes), SOURCE_REFUSED, "JSON");
  }

  /** How a server fails on the way. */
  record Lie(String name, FailureType type, String words, Consumer<LyingRegistryTests> setUp) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static String manifestPath() {
    return ScriptedRegistry.manifestPath(Digest.of(ScriptedRegistry.bytes(sound())));
  }

  private static Lie lie(
      String name, FailureType type, String words, String path, ScriptedServer.Script script) {
    return new Lie(name, type, words, test -> test.registry.server().on(path, script));
  }

  static Stream<Lie> lies() {
    byte[] other = new byte[MODEL.length];
    other[7] = 1;
    String manifest = manifestPath();
    return Stream.of(
        lie("another manifest", SOURCE_REFUSED, "other bytes", manifest, sends(200, utf8("{}"))),
        lie(
            "a huge manifest",
            SOURCE_REFUSED,
            "more than",
            manifest,
            sends(200, new byte[5 << 20])),
        lie("no manifest", SOURCE_REFUSED, "nothing there", manifest, sends(404, utf8("{}"))),
        lie("a packed manifest", SOURCE_REFUSED, "packed", manifest, packed()),
        lie("a broken server", SOURCE_UNAVAILABLE, "status 500", manifest, sends(500, utf8("{}"))),
        lie("too many requests", SOURCE_UNAVAILABLE, "status 429", manifest, sends(429, MODEL)),
        lie("nobody may", SOURCE_UNAVAILABLE, "status 403", manifest, sends(403, MODEL)),
        lie("who are you", SOURCE_UNAVAILABLE, "status 401", manifest, sends(401, MODEL)),
        lie("another blob", SOURCE_REFUSED, "other bytes", BLOB, sends(200, other)),
        lie("a shorter blob", SOURCE_REFUSED, "other bytes", BLOB, sends(200, new byte[9])),
        lie("an empty blob", SOURCE_REFUSED, "", BLOB, sends(200, new byte[0])),
        lie("a longer blob", SOURCE_REFUSED, "more than", BLOB, sends(200, new byte[200_001])),
        lie("no blob", SOURCE_REFUSED, "nothing there", BLOB, sends(404, MODEL)),
        lie("a packed blob", SOURCE_REFUSED, "packed", BLOB, packed()),
        lie("an endless blob", SOURCE_REFUSED, "more than", BLOB, endless()),
        lie("a blob cut off", SOURCE_UNAVAILABLE, "cannot be read", BLOB, cut()),
        lie(
            "a way elsewhere",
            SOURCE_REFUSED,
            "does not name",
            BLOB,
            leads("http://127.0.0.1:1/x")),
        lie("a way to metadata", SOURCE_REFUSED, "", BLOB, leads("http://169.254.169.254/latest/")),
        lie("a way to a file", SOURCE_REFUSED, "", BLOB, leads("file:///etc/passwd")),
        lie("another repository", SOURCE_REFUSED, "does not name", BLOB, leads("/v2/x/blobs/y")),
        lie("a circle", SOURCE_REFUSED, "redirects", BLOB, leads(BLOB)),
        new Lie("silence", SOURCE_UNAVAILABLE, "cannot be read", LyingRegistryTests::hang));
  }

  private void hang() {
    registry
        .server()
        .on(
            BLOB,
            exchange -> {
              try {
                latch.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static ScriptedServer.Script sends(int status, byte[] bytes) {
    return exchange -> ScriptedServer.send(exchange, status, bytes);
  }

  private static ScriptedServer.Script packed() {
    return exchange -> {
      exchange.getResponseHeaders().add("Content-Encoding", "gzip");
      ScriptedServer.send(exchange, 200, new byte[100]);
    };
  }

  private static ScriptedServer.Script endless() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      while (true) {
        // until whoever reads hangs up
        exchange.getResponseBody().write(MODEL);
      }
    };
  }

  private static ScriptedServer.Script cut() {
    return exchange -> ScriptedServer.breakOff(exchange, 200, MODEL.length, new byte[1000]);
  }

  private static ScriptedServer.Script leads(String location) {
    return exchange -> {
      exchange.getResponseHeaders().add("Location", location);
      exchange.sendResponseHeaders(307, -1);
    };
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aLieIsNeverAPass(Lie lie) {
    registry.blob(CONFIG);
    registry.blob(MODEL);
    String uri = registry.push(sound());
    assertThat(source().digest(uri, Progress.unwatched()).files()).isEqualTo(1);
    lie.setUp().accept(this);
    fails(uri, lie.type(), lie.words());
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aSubjectThatIsOneFileIsHeldToTheSame(Lie lie) {
    registry.blob(CONFIG);
    registry.blob(MODEL);
    String uri = registry.push(sound()) + "#fraud.onnx";
    lie.setUp().accept(this);
    fails(uri, lie.type(), lie.words());
  }

  @Test
  void theConfigurationBelongsToTheArtifact() {
    registry.blob(MODEL);
    String uri = registry.push(sound());
    fails(SOURCE_REFUSED, "nothing there", () -> source().digest(uri, Progress.unwatched()));
    registry.server().file(ScriptedRegistry.blobPath(Digest.of(CONFIG)), utf8("[]"));
    fails(SOURCE_REFUSED, "other bytes", () -> source().digest(uri, Progress.unwatched()));
  }
}
