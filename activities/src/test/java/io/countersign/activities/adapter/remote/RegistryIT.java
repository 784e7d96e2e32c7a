package io.countersign.activities.adapter.remote;

import static io.countersign.activities.adapter.remote.ScriptedRegistry.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.OciPlace;
import io.countersign.policy.GatePolicy.Sources;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The OCI source against Debian's registry. */
@Timeout(120)
class RegistryIT {
  private static final Bounds BOUNDS = Bounds.of(new Sources(List.of("."), 1L << 30, 100));
  private static final String REPOSITORY = "ml/fraud";
  private static final byte[] PROMPT = "Be brief.".getBytes(StandardCharsets.UTF_8);
  @TempDir private Path directory;

  @Test
  void readsWhatWasPushedAndNotWhatWasChangedBehindTheRegistry() throws Exception {
    Path secret = Files.writeString(directory.resolve("puller"), DebianRegistry.CREDENTIAL);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    byte[] model = new byte[3_000_000];
    new Random(5).nextBytes(model);
    try (DebianRegistry registry = DebianRegistry.start(directory)) {
      ObjectNode manifest = ScriptedRegistry.manifest();
      registry.blob(REPOSITORY, CONFIG);
      registry.blob(REPOSITORY, model);
      registry.blob(REPOSITORY, PROMPT);
      ScriptedRegistry.layer(manifest, "fraud.onnx", model);
      ScriptedRegistry.layer(manifest, "prompts/system.txt", PROMPT);
      String uri = registry.manifest(REPOSITORY, manifest);

      assertThat(source(registry, "puller").digest(uri, Progress.unwatched()))
          .isEqualTo(
              new SubjectDigest(
                  Digest.of(ScriptedRegistry.bytes(manifest)), model.length + PROMPT.length, 2));
      assertThat(
              source(registry, "puller")
                  .document(uri + "#prompts/system.txt", Progress.unwatched()))
          .isEqualTo(PROMPT);
      fails(source(registry, null), uri, FailureType.SOURCE_UNAVAILABLE);
      fails(
          source(registry, "puller"),
          uri.replaceAll("@.*", "@" + Digest.of(new byte[1])),
          FailureType.SOURCE_REFUSED);

      model[7]++;
      Files.write(stored(Digest.parse(manifest.at("/layers/0/digest").asText())), model);
      fails(source(registry, "puller"), uri, FailureType.SOURCE_REFUSED);
    }
  }

  private SubjectSource source(DebianRegistry registry, @Nullable String credential) {
    HttpReader http = new HttpReader(null);
    Credentials credentials = new Credentials(directory);
    return new OciSource(
        List.of(new OciPlace(registry.url, List.of("ml/*"), null, credential)),
        new HttpsSource(List.of(), http, credentials, BOUNDS),
        http,
        credentials,
        BOUNDS);
  }

  private static void fails(SubjectSource source, String uri, FailureType type) {
    assertThatThrownBy(() -> source.digest(uri, Progress.unwatched()))
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type));
  }

  private Path stored(Digest digest) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("blobs"))) {
      return files
          .filter(file -> file.endsWith(Path.of(digest.hex(), "data")))
          .findFirst()
          .orElseThrow();
    }
  }
}
