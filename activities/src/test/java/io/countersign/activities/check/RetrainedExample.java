package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A copy of the example whose first model is another one, with evidence that says so everywhere:
 * measured, tested, traced and signed as its makers would, with keys of this test.
 */
final class RetrainedExample {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODEL = "models/1/";
  private static final List<String> NAMING_IT =
      List.of(
          "reports/model-quality/1/metrics.json",
          "reports/deployment-readiness/1/smoke-test.json",
          "reports/lineage/1/bom.json");
  private static final String PROVENANCE = "reports/lineage/1/provenance.dsse.json";
  private static final String SIGNATURE = "reports/model-signature/model-1.sig";

  private final Path directory;
  private final SigningKey key;
  private final String publicKey;

  /**
   * @param directory empty
   */
  RetrainedExample(Path directory) throws IOException {
    this.directory = directory.resolve("example");
    try (Stream<Path> files = Files.walk(CheckScene.EXAMPLE)) {
      for (Path file : files.toList()) {
        Files.copy(file, this.directory.resolve(CheckScene.EXAMPLE.relativize(file).toString()));
      }
    }
    Path publicFile = directory.resolve("maker.pub");
    key = KeyFiles.generate(KeyAlgorithm.ECDSA_P256, directory.resolve("maker.key"), publicFile);
    publicKey = Files.readString(publicFile);
  }

  SubjectSource source() {
    return new FileRootSource(List.of(directory), 1L << 24, 1_000);
  }

  /** Adds a file to the model, and has everybody know that model. */
  RetrainedExample withFile(String name, byte[] bytes) throws IOException {
    Digest before = model().subject().digest();
    Files.write(directory.resolve(MODEL).resolve(name), bytes);
    Digest after = model().subject().digest();
    for (String report : NAMING_IT) {
      Path file = directory.resolve(report);
      Files.writeString(file, Files.readString(file).replace(before.hex(), after.hex()));
    }
    Path provenance = directory.resolve(PROVENANCE);
    byte[] statement = DsseEnvelope.parse(Files.readAllBytes(provenance)).payload();
    Files.write(
        provenance,
        DsseEnvelope.sign(
                new String(statement, StandardCharsets.UTF_8)
                    .replace(before.hex(), after.hex())
                    .getBytes(StandardCharsets.UTF_8),
                key)
            .write());
    sign();
    return this;
  }

  /** The gate policy, which trusts the keys of this test instead of the makers'. */
  String gate(String gate) {
    String quoted = "\"" + publicKey.strip().replace("\n", "\\n") + "\"";
    return gate.replaceAll("keys: \\[\"ssh-ed25519 [^\"]*\"]", "keys: [" + quoted(quoted) + "]")
        .replaceAll(
            "- \\|\\n\\s+-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----",
            "- " + quoted(quoted));
  }

  private static String quoted(String replacement) {
    return java.util.regex.Matcher.quoteReplacement(replacement);
  }

  private void sign() throws IOException {
    Path file = directory.resolve(SIGNATURE);
    ObjectNode bundle = (ObjectNode) JSON.readTree(file.toFile());
    ObjectNode statement =
        (ObjectNode) JSON.readTree(bundle.path("dsseEnvelope").path("payload").binaryValue());
    Map<String, Digest> files = new TreeMap<>();
    model().files().forEach(one -> files.put(one.path(), one.digest()));
    var root = Digest.sha256();
    var resources = ((ObjectNode) statement.path("predicate")).putArray("resources");
    files.forEach(
        (path, digest) -> {
          root.update(HexFormat.of().parseHex(digest.hex()));
          resources
              .addObject()
              .put("name", path)
              .put("algorithm", "sha256")
              .put("digest", digest.hex());
        });
    ((ObjectNode) statement.path("subject").path(0).path("digest"))
        .put("sha256", Digest.of(root).hex());
    JsonNode signed =
        JSON.readTree(DsseEnvelope.sign(JSON.writeValueAsBytes(statement), key).write());
    bundle.set("dsseEnvelope", signed);
    Files.write(file, JSON.writeValueAsBytes(bundle));
  }

  private SubjectListing model() {
    return source().read(MODEL, SubjectReader::none, Progress.unwatched());
  }
}
