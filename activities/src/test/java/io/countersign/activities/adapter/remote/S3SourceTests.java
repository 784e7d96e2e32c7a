package io.countersign.activities.adapter.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.S3Place;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3SourceTests {
  private static final Bounds BOUNDS =
      new Bounds(
          1 << 20, 10, Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(30), 3);

  private final ScriptedServer server = new ScriptedServer();
  private final Map<String, byte[]> objects = new TreeMap<>();
  @TempDir private Path directory;

  @AfterEach
  void close() {
    server.close();
  }

  private S3Source source(S3Place... places) {
    return new S3Source(List.of(places), new HttpReader(null), new Credentials(directory), BOUNDS);
  }

  private S3Source source() {
    return source(place("fraud/", null));
  }

  private S3Place place(String prefix, String credential) {
    return new S3Place(server.url(""), "eu-central-1", "models", prefix, credential);
  }

  private void object(String key, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    objects.put(key, bytes);
    server.file("/models/" + key.replace(" ", "%20"), bytes);
    list(listing(objects.keySet().stream().map(S3SourceTests.this::entry).toList(), false));
  }

  private String entry(String key) {
    return "<Contents><Key>"
        + key
        + "</Key><ETag>\"x\"</ETag><Size>"
        + objects.getOrDefault(key, new byte[0]).length
        + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
  }

  private static String listing(List<String> entries, boolean truncated) {
    return "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        + "<Name>models</Name><IsTruncated>"
        + truncated
        + "</IsTruncated>"
        + entries.stream().collect(Collectors.joining())
        + (truncated ? "<NextContinuationToken>t/1</NextContinuationToken>" : "")
        + "</ListBucketResult>";
  }

  private void list(String xml) {
    server.file("/models", xml.getBytes(StandardCharsets.UTF_8));
  }

  private static SubjectDigest digest(S3Source source, String uri) {
    return source.digest(uri, Progress.unwatched());
  }

  private void fails(FailureType type, String uri, String words) {
    assertThatThrownBy(() -> digest(source(), uri))
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessageContaining(words);
  }

  @Test
  void anObjectIsAFile() {
    object("fraud/model v1.onnx", "weights");
    assertThat(digest(source(), "s3://models/fraud/model v1.onnx"))
        .isEqualTo(new SubjectDigest(Digest.of("weights".getBytes(StandardCharsets.UTF_8)), 7, 1));
    assertThat(source().document("s3://models/fraud/model v1.onnx", Progress.unwatched()))
        .asString()
        .isEqualTo("weights");
  }

  @Test
  void aPrefixHasTheDigestOfTheSameFilesBelowARoot() throws IOException {
    object("fraud/v1/a.bin", "one");
    object("fraud/v1/sub/b.bin", "two");
    object("fraud/v1/sub/", "");
    Path root = Files.createDirectories(directory.resolve("v1/sub")).getParent().getParent();
    Files.writeString(root.resolve("v1/a.bin"), "one");
    Files.writeString(root.resolve("v1/sub/b.bin"), "two");
    assertThat(digest(source(), "s3://models/fraud/v1/"))
        .isEqualTo(
            new FileRootSource(List.of(root), 1 << 20, 10).digest("v1", Progress.unwatched()));
  }

  @Test
  void aLongListingComesInPages() {
    object("fraud/v1/a", "one");
    object("fraud/v1/b", "two");
    server.on(
        "/models",
        exchange -> {
          String query = exchange.getRequestURI().getRawQuery();
          boolean second = query.contains("continuation-token=t%2F1");
          String xml = listing(List.of(entry("fraud/v1/" + (second ? "b" : "a"))), !second);
          ScriptedServer.send(exchange, 200, xml.getBytes(StandardCharsets.UTF_8));
        });
    assertThat(digest(source(), "s3://models/fraud/v1/").files()).isEqualTo(2);
  }

  @Test
  void aListingThatChangesWhileItIsReadIsReadAgain() {
    object("fraud/v1/a", "one");
    AtomicInteger asked = new AtomicInteger();
    server.on(
        "/models",
        exchange -> {
          List<String> entries =
              asked.getAndIncrement() == 0
                  ? List.of(entry("fraud/v1/a"))
                  : List.of(entry("fraud/v1/a"), entry("fraud/v1/b"));
          ScriptedServer.send(
              exchange, 200, listing(entries, false).getBytes(StandardCharsets.UTF_8));
        });
    server.file("/models/fraud/v1/b", new byte[0]);
    assertThat(digest(source(), "s3://models/fraud/v1/").files()).isEqualTo(2);
    server.on(
        "/models",
        exchange -> {
          objects.put("fraud/v1/a", new byte[3]);
          String more = entry("fraud/v1/n" + asked.getAndIncrement());
          ScriptedServer.send(
              exchange,
              200,
              listing(List.of(entry("fraud/v1/a"), more), false).getBytes(StandardCharsets.UTF_8));
        });
    assertThatThrownBy(() -> digest(source(), "s3://models/fraud/v1/"))
        .isInstanceOf(GateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://models/other/a",
        "s3://models/",
        "s3://models",
        "s3://elsewhere/fraud/a",
        "s3://models/fraud/../other/a",
        "s3://models/fraud//a",
        "s3://models/fraud/a\u202Eb",
        "s3:/models/fraud/a"
      })
  void nothingButTheNamedPrefixIsAsked(String uri) {
    fails(FailureType.SOURCE_REFUSED, uri, "");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aBucketOfTwoStoresIsNoAnswer() {
    S3Source two = source(place("fraud/", null), place(null, null));
    assertThatThrownBy(() -> digest(two, "s3://models/fraud/a"))
        .hasMessageContaining("more than one place");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html/>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents><Key>fraud/v1/a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>fraud/v1/a</Key><Size>x</Size></Contents></ListBucketResult>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ListBucketResult><Contents><Key>fraud/v1/&e;</Key><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>other/a</Key><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>fraud/v1/../a</Key><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>fraud/v1/a</Key><Size>1</Size></Contents><Contents><Key>fraud/v1/a</Key><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>fraud/v1/a</Key><Size>1</Size></Contents><Contents><Key>fraud/v1/a/b</Key><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>fraud/v1/a</Key><Size>9999999999</Size></Contents></ListBucketResult>",
        "<ListBucketResult></ListBucketResult>"
      })
  void aListingThatLiesIsRefused(String xml) {
    list(xml);
    fails(FailureType.SOURCE_REFUSED, "s3://models/fraud/v1/", "");
  }

  @Test
  void moreFilesThanTheLimitAreRefused() {
    for (int i = 0; i < 11; i++) {
      object("fraud/v1/f" + i, "x");
    }
    fails(FailureType.SOURCE_REFUSED, "s3://models/fraud/v1/", "more than 10 files");
  }

  @Test
  void requestsAreSignedWithTheSecretOfTheirPlace() throws IOException {
    secret("aws AKIDEXAMPLE s3cr3t");
    object("fraud/a", "one");
    digest(source(place("fraud/", "store")), "s3://models/fraud/a");
    assertThat(server.asked().get(0).authorization())
        .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
        .contains("/eu-central-1/s3/aws4_request")
        .doesNotContain("s3cr3t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer s3cr3t", "aws s3cr3t", "aws a b c s3cr3t"})
  void aSecretOfAnotherFormIsNoAnswerAndIsNotShown(String line) throws IOException {
    secret(line);
    assertThatThrownBy(() -> digest(source(place("fraud/", "store")), "s3://models/fraud/a"))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE))
        .message()
        .doesNotContain("s3cr3t");
    assertThat(server.asked()).isEmpty();
  }

  private void secret(String line) throws IOException {
    Path file = directory.resolve("store");
    Files.writeString(file, line);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
