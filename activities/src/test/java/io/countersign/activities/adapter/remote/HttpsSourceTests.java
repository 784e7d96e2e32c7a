package io.countersign.activities.adapter.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.HttpsPlace;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsSourceTests {
  private static final Bounds BOUNDS =
      new Bounds(
          1 << 20, 100, Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(30), 3);
  private static final byte[] MODEL = random(300_000);

  private final ScriptedServer server = new ScriptedServer();
  private final ScriptedServer other = new ScriptedServer();
  private final CountDownLatch latch = new CountDownLatch(1);
  @TempDir private Path secrets;

  @AfterEach
  void close() {
    latch.countDown();
    server.close();
    other.close();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private SubjectSource source(HttpsPlace... places) {
    return source(BOUNDS, places);
  }

  private SubjectSource source(Bounds bounds, HttpsPlace... places) {
    List<HttpsPlace> all =
        places.length == 0
            ? List.of(new HttpsPlace(server.url("/models/"), null))
            : Arrays.asList(places);
    return new HttpsSource(all, new HttpReader(null), new Credentials(secrets), bounds);
  }

  private static SubjectDigest digest(SubjectSource source, String uri) {
    return source.digest(uri, Progress.unwatched());
  }

  private void refused(String uri, String words) {
    fails(FailureType.SOURCE_REFUSED, source(), uri, words);
  }

  private static void fails(FailureType type, SubjectSource source, String uri, String words) {
    assertThatThrownBy(() -> digest(source, uri))
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessageContaining(words);
    assertThatThrownBy(() -> source.document(uri, Progress.unwatched()))
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type));
  }

  @Test
  void aFileIsKnownByItsBytes() {
    server.file("/models/fraud.onnx", MODEL);
    SubjectDigest found = digest(source(), server.url("/models/fraud.onnx"));
    assertThat(found).isEqualTo(new SubjectDigest(Digest.of(MODEL), MODEL.length, 1));
    assertThat(source().document(server.url("/models/fraud.onnx"), Progress.unwatched()))
        .isEqualTo(MODEL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/other/fraud.onnx",
        "/models/",
        "/models",
        "/models/../other/x",
        "/models/./x",
        "/models/%2e%2e/other",
        "/models/a%2fb",
        "/models/a%5cb",
        "/models/a%00",
        "/models//x",
        "/models/x?token=1",
        "/models/x#part",
        "/models/a b"
      })
  void nothingButTheNamedPrefixIsAsked(String path) {
    refused(server.url(path), "");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void otherHostsPortsAndSchemesAreNotAsked() {
    other.file("/models/x", MODEL);
    refused(other.url("/models/x"), "does not name");
    refused(server.url("/models/x").replace("127.0.0.1", "localhost"), "does not name");
    refused("https://example.com/models/x", "does not name");
    refused(server.url("/models/x").replace("//", "//user@"), "user information");
    refused("http://169.254.169.254/latest/meta-data", "another scheme");
    refused("file:///etc/passwd", "another scheme");
    refused("https://EXAMPLE.com/models/x", "capitals");
    assertThat(other.asked()).isEmpty();
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aRedirectIsFollowedOnlyToWhatIsNamed() {
    server.on(
        "/models/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", other.url("/cdn/x"));
          exchange.sendResponseHeaders(302, -1);
        });
    other.file("/cdn/x", MODEL);
    refused(server.url("/models/moved"), "does not name");
    assertThat(other.asked()).isEmpty();
    SubjectSource both =
        source(
            new HttpsPlace(server.url("/models/"), null), new HttpsPlace(other.url("/cdn/"), null));
    assertThat(digest(both, server.url("/models/moved")).digest()).isEqualTo(Digest.of(MODEL));
  }

  @Test
  void aRedirectMayCarryItsOwnSignature() {
    server.on(
        "/models/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/models/stored?X-Signature=a%2Fb");
          exchange.sendResponseHeaders(307, -1);
        });
    server.on(
        "/models/stored",
        exchange -> {
          boolean signed = "X-Signature=a%2Fb".equals(exchange.getRequestURI().getRawQuery());
          ScriptedServer.send(exchange, signed ? 200 : 403, MODEL);
        });
    assertThat(digest(source(), server.url("/models/moved")).digest()).isEqualTo(Digest.of(MODEL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/passwd", "http://169.254.169.254/", "", "//example.com/x", "%"})
  void aRedirectElsewhereIsRefused(String location) {
    server.on(
        "/models/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          exchange.sendResponseHeaders(307, -1);
        });
    refused(server.url("/models/moved"), "");
  }

  @Test
  void redirectsInACircleEnd() {
    server.on(
        "/models/round",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/models/round");
          exchange.sendResponseHeaders(301, -1);
        });
    refused(server.url("/models/round"), "more than 5 redirects");
  }

  @Test
  void aSecretGoesOnlyWhereItBelongs() throws IOException {
    secret("models", "bearer s3cr3t-token");
    server.on(
        "/models/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", other.url("/cdn/x"));
          exchange.sendResponseHeaders(302, -1);
        });
    other.file("/cdn/x", MODEL);
    SubjectSource both =
        source(
            new HttpsPlace(server.url("/models/"), "models"),
            new HttpsPlace(other.url("/cdn/"), null));
    digest(both, server.url("/models/moved"));
    assertThat(server.asked().get(0).authorization()).isEqualTo("Bearer s3cr3t-token");
    assertThat(other.asked().get(0).authorization()).isEqualTo("null");
  }

  @Test
  void userAndPasswordAreSentAsBasic() throws IOException {
    secret("models", "basic ci:pass:word\n");
    server.file("/models/x", MODEL);
    digest(source(new HttpsPlace(server.url("/models/"), "models")), server.url("/models/x"));
    assertThat(server.asked().get(0).authorization()).isEqualTo("Basic Y2k6cGFzczp3b3Jk");
  }

  @Test
  void aSecretThatIsMissingOpenOrMalformedIsNoAnswerAndIsNotShown() throws IOException {
    server.file("/models/x", MODEL);
    SubjectSource source = source(new HttpsPlace(server.url("/models/"), "models"));
    fails(FailureType.SOURCE_UNAVAILABLE, source, server.url("/models/x"), "cannot read");
    for (String malformed : List.of("s3cr3t", "basic s3cr3t", "bearer a\nbearer b", "")) {
      secret("models", malformed);
      assertThatThrownBy(() -> digest(source, server.url("/models/x")))
          .isInstanceOfSatisfying(
              GateException.class,
              e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE))
          .message()
          .doesNotContain("s3cr3t");
    }
    secret("models", "bearer s3cr3t");
    Files.setPosixFilePermissions(
        secrets.resolve("models"), PosixFilePermissions.fromString("rw-r--r--"));
    fails(FailureType.SOURCE_UNAVAILABLE, source, server.url("/models/x"), "everybody");
    assertThat(server.asked()).isEmpty();
  }

  private void secret(String name, String line) throws IOException {
    Path file = secrets.resolve(name);
    Files.writeString(file, line);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 408, 418, 429, 500, 503})
  void anErrorOfTheServerIsNoAnswer(int status) {
    server.on("/models/x", exchange -> ScriptedServer.send(exchange, status, MODEL));
    fails(FailureType.SOURCE_UNAVAILABLE, source(), server.url("/models/x"), "status " + status);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 410})
  void whatIsNotThereIsRefused(int status) {
    server.on("/models/x", exchange -> ScriptedServer.send(exchange, status, MODEL));
    refused(server.url("/models/x"), "nothing there (status " + status + ")");
  }

  @Test
  void aServerThatDoesNotListenIsNoAnswer() {
    String gone = other.url("/models/x");
    other.close();
    fails(
        FailureType.SOURCE_UNAVAILABLE,
        source(new HttpsPlace(gone.substring(0, gone.length() - 1), null)),
        gone,
        "cannot be read");
  }

  @Test
  void aPackedBodyIsRefused() {
    server.on(
        "/models/bomb",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Encoding", "gzip");
          ScriptedServer.send(exchange, 200, new byte[100]);
        });
    refused(server.url("/models/bomb"), "a packed body");
  }

  @Test
  void moreBytesThanTheLimitAreRefusedBeforeAndWhileTheyCome() {
    server.on(
        "/models/announced",
        exchange -> {
          exchange.sendResponseHeaders(200, 1L << 50);
          exchange.getResponseBody().write(1);
        });
    refused(server.url("/models/announced"), "more than 1048576 bytes");
    server.on(
        "/models/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          while (latch.getCount() > 0) {
            out.write(MODEL);
          }
        });
    refused(server.url("/models/endless"), "more than 1048576 bytes");
  }

  @Test
  void aServerThatHangsIsGivenUp() {
    server.on(
        "/models/silent",
        exchange -> {
          exchange.sendResponseHeaders(200, MODEL.length);
          exchange.getResponseBody().write(MODEL, 0, 1000);
          exchange.getResponseBody().flush();
          await();
        });
    fails(FailureType.SOURCE_UNAVAILABLE, source(), server.url("/models/silent"), "cannot be read");
    server.on("/models/mute", exchange -> await());
    fails(FailureType.SOURCE_UNAVAILABLE, source(), server.url("/models/mute"), "cannot be read");
  }

  private void await() {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aServerThatDripsIsGivenUp() {
    Bounds patient =
        new Bounds(
            1 << 20, 1, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(200), 3);
    server.on(
        "/models/drip",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          while (latch.getCount() > 0) {
            out.write(1);
            out.flush();
            Thread.onSpinWait();
          }
        });
    fails(
        FailureType.SOURCE_UNAVAILABLE, source(patient), server.url("/models/drip"), "longer than");
  }

  @Test
  void anInterruptedDownloadGoesOnWhereItStopped() {
    interrupted("\"v1\"", "\"v1\"");
    assertThat(digest(source(), server.url("/models/x")))
        .isEqualTo(new SubjectDigest(Digest.of(MODEL), MODEL.length, 1));
    List<ScriptedServer.Asked> asked = server.asked();
    assertThat(asked).hasSize(2);
    assertThat(asked.get(1).ifRange()).isEqualTo("\"v1\"");
    assertThat(asked.get(1).range()).matches("bytes=[1-9]\\d*-");
  }

  @Test
  void withoutAStrongTagItBeginsAgain() {
    interrupted("W/\"v1\"", "\"v1\"");
    assertThat(digest(source(), server.url("/models/x")).digest()).isEqualTo(Digest.of(MODEL));
    assertThat(server.asked().get(1).range()).isEqualTo("null");
  }

  @Test
  void bytesThatChangedMeanwhileAreReadFromTheStart() {
    byte[] changed = random(1000);
    boolean[] first = {true};
    server.on(
        "/models/x",
        exchange -> {
          exchange.getResponseHeaders().add("ETag", first[0] ? "\"v1\"" : "\"v2\"");
          if (first[0]) {
            first[0] = false;
            ScriptedServer.breakOff(exchange, 200, MODEL.length, Arrays.copyOf(MODEL, 100_000));
          }
          ScriptedServer.send(exchange, 200, changed);
        });
    assertThat(digest(source(), server.url("/models/x")))
        .isEqualTo(new SubjectDigest(Digest.of(changed), changed.length, 1));
  }

  @Test
  void aRestOfSomethingElseIsNotPutBehindTheBeginning() {
    server.on(
        "/models/x",
        exchange -> {
          exchange.getResponseHeaders().add("ETag", "\"v1\"");
          if (exchange.getRequestHeaders().getFirst("Range") != null) {
            exchange.getResponseHeaders().add("Content-Range", "bytes 7-9/10");
            ScriptedServer.send(exchange, 206, new byte[3]);
          } else {
            ScriptedServer.breakOff(exchange, 200, MODEL.length, Arrays.copyOf(MODEL, 100_000));
          }
        });
    fails(FailureType.SOURCE_UNAVAILABLE, source(), server.url("/models/x"), "cannot be read");
  }

  @Test
  void aBodyThatEndsEarlyIsNeverTakenForTheWhole() {
    server.on(
        "/models/x",
        exchange ->
            ScriptedServer.breakOff(exchange, 200, MODEL.length, Arrays.copyOf(MODEL, 100_000)));
    fails(FailureType.SOURCE_UNAVAILABLE, source(), server.url("/models/x"), "cannot be read");
  }

  @ParameterizedTest
  @CsvSource({
    "SOURCE_UNAVAILABLE, Transfer-Encoding: chunked",
    "SOURCE_REFUSED, Connection: close"
  })
  void aBodyWithoutALengthIsNotBelievedWhenTheConnectionEnds(FailureType type, String header)
      throws IOException {
    try (ServerSocket raw = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread thread =
          new Thread(
              () -> {
                while (!raw.isClosed()) {
                  try (Socket socket = raw.accept()) {
                    socket.getInputStream().read(new byte[64 * 1024]);
                    String head = "HTTP/1.1 200 OK\r\n" + header + "\r\n\r\n400\r\nweights";
                    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                  } catch (IOException e) {
                    return;
                  }
                }
              });
      thread.start();
      String prefix = "http://127.0.0.1:" + raw.getLocalPort() + "/";
      fails(type, source(new HttpsPlace(prefix, null)), prefix + "x", "");
    }
  }

  private void interrupted(String firstTag, String secondTag) {
    server.on(
        "/models/x",
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          boolean first = server.asked().size() == 1;
          exchange.getResponseHeaders().add("ETag", first ? firstTag : secondTag);
          if (first) {
            ScriptedServer.breakOff(exchange, 200, MODEL.length, Arrays.copyOf(MODEL, 100_000));
          }
          if (range == null) {
            ScriptedServer.send(exchange, 200, MODEL);
          } else {
            int from = Integer.parseInt(range.replaceAll("\\D", ""));
            exchange
                .getResponseHeaders()
                .add(
                    "Content-Range",
                    "bytes " + from + "-" + (MODEL.length - 1) + "/" + MODEL.length);
            ScriptedServer.send(exchange, 206, Arrays.copyOfRange(MODEL, from, MODEL.length));
          }
        });
  }

  @Test
  void progressIsToldWhileItReads() {
    server.file("/models/x", MODEL);
    long[] most = {0};
    source().digest(server.url("/models/x"), (what, bytes) -> most[0] = Math.max(most[0], bytes));
    assertThat(most[0]).isEqualTo(MODEL.length);
  }

  @Test
  void aReaderSeesEveryByteAndTheSizeBefore() {
    server.file("/models/x", MODEL);
    SeenFiles seen = new SeenFiles();
    SubjectListing listing =
        source().read(server.url("/models/x"), seen::reader, Progress.unwatched());
    assertThat(listing)
        .isEqualTo(SubjectListing.of(new SubjectFile("x", MODEL.length, Digest.of(MODEL))));
    assertThat(seen.files()).containsExactly(entry("x", Digest.of(MODEL)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000, 300_000})
  void aReaderWhoClosesTheBytesLeavesTheRestToTheDigest(int reads) {
    server.file("/models/x", MODEL);
    SubjectReader closes =
        (path, size, bytes) -> {
          bytes.readNBytes(reads);
          bytes.close();
        };
    SubjectListing listing =
        source().read(server.url("/models/x"), () -> closes, Progress.unwatched());
    assertThat(listing.subject().digest()).isEqualTo(Digest.of(MODEL));
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void aReaderWhoSawTheBeginningOfOtherBytesStartsAnew() {
    byte[] changed = random(1000);
    boolean[] first = {true};
    server.on(
        "/models/x",
        exchange -> {
          if (first[0]) {
            first[0] = false;
            ScriptedServer.breakOff(exchange, 200, MODEL.length, Arrays.copyOf(MODEL, 100_000));
          }
          ScriptedServer.send(exchange, 200, changed);
        });
    SeenFiles seen = new SeenFiles();
    SubjectListing listing =
        source().read(server.url("/models/x"), seen::reader, Progress.unwatched());
    assertThat(listing.subject().digest()).isEqualTo(Digest.of(changed));
    assertThat(seen.readers()).isEqualTo(2);
    assertThat(seen.files()).containsExactly(entry("x", Digest.of(changed)));
  }

  @Test
  void aReaderIsNotLetInWithoutALength() {
    server.on(
        "/models/chunked",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(MODEL);
        });
    assertThatThrownBy(
            () ->
                source()
                    .read(server.url("/models/chunked"), SubjectReader::none, Progress.unwatched()))
        .hasMessageContaining("length");
    assertThat(digest(source(), server.url("/models/chunked")).digest())
        .isEqualTo(Digest.of(MODEL));
  }

  @Test
  void theSchemeChoosesForEveryKindOfReading() {
    server.file("/models/x", MODEL);
    SubjectSource chosen =
        new SchemeSource(new FileRootSource(List.of(secrets), 1, 1), Map.of("http", source()));
    Digest digest = Digest.of(MODEL);
    String uri = server.url("/models/x");
    assertThat(digest(chosen, uri).digest()).isEqualTo(digest);
    assertThat(Digest.of(chosen.document(uri, Progress.unwatched()))).isEqualTo(digest);
    assertThat(chosen.read(uri, SubjectReader::none, Progress.unwatched()).subject().digest())
        .isEqualTo(digest);
    fails(FailureType.SOURCE_REFUSED, chosen, "https://127.0.0.1/models/x", "does not trust");
    fails(FailureType.SOURCE_REFUSED, chosen, "ftp://127.0.0.1/models/x", "does not trust");
  }
}
