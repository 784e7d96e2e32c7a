package io.countersign.activities.adapter.remote;

import static io.countersign.activities.adapter.remote.ScriptedRegistry.CONFIG;
import static io.countersign.activities.adapter.remote.ScriptedRegistry.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.HttpsPlace;
import io.countersign.policy.GatePolicy.OciPlace;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OciSourceTests {
  private static final Bounds BOUNDS =
      new Bounds(
          32 << 20, 8, Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(30), 3);
  private static final byte[] MODEL = random(300_000);
  private static final byte[] PROMPT = "Be brief.".getBytes(StandardCharsets.UTF_8);

  private final ScriptedRegistry registry = new ScriptedRegistry();
  private final ScriptedServer cdn = new ScriptedServer();

  @AfterEach
  void close() {
    registry.close();
    cdn.close();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(11).nextBytes(bytes);
    return bytes;
  }

  private SubjectSource source(String... repositories) {
    return source(
        List.of(), repositories.length == 0 ? List.of(REPOSITORY) : Arrays.asList(repositories));
  }

  private SubjectSource source(List<HttpsPlace> elsewhere, List<String> repositories) {
    HttpReader http = new HttpReader(null);
    Credentials none = new Credentials(null);
    return new OciSource(
        List.of(new OciPlace(registry.url(), repositories, null, null)),
        new HttpsSource(elsewhere, http, none, BOUNDS),
        http,
        none,
        BOUNDS);
  }

  private String pushed() {
    registry.blob(CONFIG);
    registry.blob(MODEL);
    registry.blob(PROMPT);
    ObjectNode manifest = ScriptedRegistry.manifest();
    ScriptedRegistry.layer(manifest, "prompts/system.txt", PROMPT);
    ScriptedRegistry.layer(manifest, "fraud.onnx", MODEL);
    return registry.push(manifest);
  }

  private static void refused(SubjectSource source, String uri, String words) {
    assertThatThrownBy(() -> source.digest(uri, Progress.unwatched()))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED))
        .hasMessageContaining(words);
    assertThatThrownBy(() -> source.document(uri, Progress.unwatched()))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED));
  }

  @Test
  void anArtifactIsKnownByItsManifestAndEveryByteIsRead() {
    String uri = pushed();
    Digest declared = Digest.parse(uri.substring(uri.indexOf('@') + 1));
    assertThat(source().digest(uri, Progress.unwatched()))
        .isEqualTo(new SubjectDigest(declared, MODEL.length + PROMPT.length, 2));
    assertThat(registry.server().asked())
        .extracting(ScriptedServer.Asked::path)
        .containsExactly(
            ScriptedRegistry.manifestPath(declared),
            ScriptedRegistry.blobPath(Digest.of(CONFIG)),
            ScriptedRegistry.blobPath(Digest.of(PROMPT)),
            ScriptedRegistry.blobPath(Digest.of(MODEL)));
  }

  @Test
  void aReaderSeesEveryFileUnderItsTitle() {
    String uri = pushed();
    SeenFiles seen = new SeenFiles();
    SubjectListing listing = source().read(uri, seen::reader, Progress.unwatched());
    assertThat(listing.directory()).isTrue();
    assertThat(listing.files())
        .containsExactly(
            new SubjectFile("fraud.onnx", MODEL.length, Digest.of(MODEL)),
            new SubjectFile("prompts/system.txt", PROMPT.length, Digest.of(PROMPT)));
    assertThat(seen.files())
        .containsOnly(
            entry("fraud.onnx", Digest.of(MODEL)), entry("prompts/system.txt", Digest.of(PROMPT)));
  }

  @Test
  void aTitleNamesOneFileAndItsDigestIsOfItsBytes() {
    String uri = pushed() + "#prompts/system.txt";
    SubjectListing listing = source().read(uri, SubjectReader::none, Progress.unwatched());
    assertThat(listing)
        .isEqualTo(
            SubjectListing.of(
                new SubjectFile("prompts/system.txt", PROMPT.length, Digest.of(PROMPT))));
    assertThat(source().document(uri, Progress.unwatched())).isEqualTo(PROMPT);
    refused(source(), pushed() + "#prompts", "no file of this title");
  }

  @Test
  void aLayerWithoutATitleIsNamedByItsDigestAndMayStandTwice() {
    registry.blob(CONFIG);
    registry.blob(PROMPT);
    ObjectNode image = ScriptedRegistry.manifest();
    image.put("mediaType", "application/vnd.docker.distribution.manifest.v2+json");
    ScriptedRegistry.layer(image, null, PROMPT);
    ScriptedRegistry.layer(image, null, PROMPT);
    String uri = registry.push(image);
    assertThat(source().read(uri, SubjectReader::none, Progress.unwatched()).files())
        .containsExactly(
            new SubjectFile("sha256-" + Digest.of(PROMPT).hex(), PROMPT.length, Digest.of(PROMPT)));
    assertThat(source().document(uri, Progress.unwatched())).isEqualTo(PROMPT);
  }

  @Test
  void aDocumentIsTheNamedFileOrTheOnlyOneAndSmall() {
    String several = pushed();
    assertThatThrownBy(() -> source().document(several, Progress.unwatched()))
        .hasMessageContaining("several files, and no title");
    ObjectNode large = ScriptedRegistry.manifest();
    ScriptedRegistry.layer(large, "report.json", PROMPT)
        .put("size", SubjectSource.DOCUMENT_LIMIT + 1);
    String uri = registry.push(large);
    int asked = registry.server().asked().size();
    assertThatThrownBy(() -> source().document(uri, Progress.unwatched()))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED))
        .hasMessageContaining("more than 8388608 bytes");
    assertThat(registry.server().asked()).hasSize(asked + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oci://HOST/ml/fraud:latest",
        "oci://HOST/ml/fraud",
        "oci://HOST/ml/fraud:v1@DIGEST",
        "oci://HOST/ml/fraud@sha512:0000",
        "oci://HOST/ml/fraud@sha256:0000",
        "oci://HOST/ml/fraud@DIGEST#",
        "oci://HOST/ml/fraud@DIGEST#../x",
        "oci://HOST/ml/fraud@DIGEST#/x",
        "oci://HOST/ml/fraud@DIGEST#x/",
        "oci://HOST/ml/fraud@DIGEST?x=1",
        "oci://HOST/ml/../fraud@DIGEST",
        "oci://HOST/ml//fraud@DIGEST",
        "oci://HOST/ML/fraud@DIGEST",
        "oci://HOST/ml/fraud/../../secret/x@DIGEST",
        "oci://HOST/ml%2ffraud@DIGEST",
        "oci://user@HOST/ml/fraud@DIGEST",
        "oci://user:pass@HOST/ml/fraud@DIGEST",
        "oci://HOST@example.com/ml/fraud@DIGEST",
        "oci:///ml/fraud@DIGEST",
        "oci://HOST/@DIGEST",
        "oci://HOST/ml/other@DIGEST",
        "oci://HOST/ml/fraud/below@DIGEST",
        "oci://HOST/fraud@DIGEST",
        "oci://localhost/ml/fraud@DIGEST",
        "oci://169.254.169.254/ml/fraud@DIGEST",
        "oci://example.com/ml/fraud@DIGEST",
        "OCI://HOST/ml/fraud@DIGEST"
      })
  void nothingIsAskedForAnotherFormOrPlace(String form) {
    String uri =
        form.replace("HOST", registry.url().substring("http://".length()))
            .replace("DIGEST", Digest.of(PROMPT).toString());
    refused(source(), uri, "");
    assertThat(registry.server().asked()).isEmpty();
  }

  @Test
  void aStarStandsForEverythingBelowAndForNothingElse() {
    String uri = pushed();
    assertThat(source("ml/*").digest(uri, Progress.unwatched()).files()).isEqualTo(2);
    int asked = registry.server().asked().size();
    refused(source("ml"), uri, "does not name");
    refused(source("m/*"), uri, "does not name");
    refused(source("ml/fraud/*"), uri, "does not name");
    refused(source("ml/fraudster"), uri, "does not name");
    assertThat(registry.server().asked()).hasSize(asked);
  }

  @Test
  void aRegistryMayLeadToABlobOnlyWhereTheGatePolicySays() {
    String uri = pushed();
    registry
        .server()
        .on(
            ScriptedRegistry.blobPath(Digest.of(MODEL)),
            exchange -> {
              exchange.getResponseHeaders().add("Location", cdn.url("/blobs/x?signature=s3cr3t"));
              exchange.sendResponseHeaders(307, -1);
            });
    cdn.file("/blobs/x", MODEL);
    assertThatThrownBy(() -> source().digest(uri, Progress.unwatched()))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED))
        .hasMessageContaining("does not name")
        .message()
        .doesNotContain("s3cr3t");
    assertThat(cdn.asked()).isEmpty();
    SubjectSource led =
        source(List.of(new HttpsPlace(cdn.url("/blobs/"), null)), List.of(REPOSITORY));
    assertThat(led.digest(uri, Progress.unwatched()).bytes())
        .isEqualTo(MODEL.length + PROMPT.length);
    cdn.file("/blobs/x", Arrays.copyOf(MODEL, MODEL.length - 1));
    assertThatThrownBy(() -> led.digest(uri, Progress.unwatched()))
        .hasMessageContaining("other bytes");
  }

  @Test
  void anInterruptedBlobGoesOnWhereItStopped() {
    String uri = pushed();
    String path = ScriptedRegistry.blobPath(Digest.of(MODEL));
    registry
        .server()
        .on(
            path,
            exchange -> {
              exchange.getResponseHeaders().add("ETag", "\"" + Digest.of(MODEL) + "\"");
              String range = exchange.getRequestHeaders().getFirst("Range");
              if (range == null) {
                ScriptedServer.breakOff(exchange, 200, MODEL.length, Arrays.copyOf(MODEL, 100_000));
              }
              int from = Integer.parseInt(String.valueOf(range).replaceAll("\\D", ""));
              exchange
                  .getResponseHeaders()
                  .add(
                      "Content-Range",
                      "bytes " + from + "-" + (MODEL.length - 1) + "/" + MODEL.length);
              ScriptedServer.send(exchange, 206, Arrays.copyOfRange(MODEL, from, MODEL.length));
            });
    SeenFiles seen = new SeenFiles();
    source().read(uri, seen::reader, Progress.unwatched());
    assertThat(seen.files()).contains(entry("fraud.onnx", Digest.of(MODEL)));
    assertThat(seen.readers()).isEqualTo(1);
  }
}
