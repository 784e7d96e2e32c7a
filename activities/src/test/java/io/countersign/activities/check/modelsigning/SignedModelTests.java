package io.countersign.activities.check.modelsigning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.check.ArtifactIntegrity;
import io.countersign.activities.check.Contexts;
import io.countersign.activities.port.Progress;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The folder's models were signed by the model-signing package 1.1.1 and then changed as their
 * names say; the private keys were thrown away.
 */
class SignedModelTests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path INPUTS = inputs();

  /** What each folder must give; nothing for a sound one. */
  private static final Map<String, String> EXPECTED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("sound", ""),
              Map.entry("sound-p384", ""),
              Map.entry("sound-p521", ""),
              Map.entry("sound-one-file", ""),
              Map.entry("sound-signature-within", ""),
              Map.entry("sound-certificate", ""),
              Map.entry("sound-certificate-for-code", ""),
              Map.entry("changed-file", "changed-file"),
              Map.entry("swapped-names", "changed-file"),
              Map.entry("added-file", "unsigned-file"),
              Map.entry("ignored-file", "unsigned-file"),
              Map.entry("ignored-by-the-signer", "unsigned-file"),
              Map.entry("renamed-file", "missing-file unsigned-file"),
              Map.entry("moved-file", "missing-file unsigned-file"),
              Map.entry("removed-file", "missing-file"),
              Map.entry("by-a-stranger", "bad-signature"),
              Map.entry("forged-statement", "bad-signature"),
              Map.entry("flipped-bit", "bad-signature"),
              Map.entry("no-signature-in-it", "unreadable-signature"),
              Map.entry("two-signatures", "unreadable-signature"),
              Map.entry("old-bundle", "unreadable-signature"),
              Map.entry("no-base64", "unreadable-signature"),
              Map.entry("no-certificate", "unreadable-signature"),
              Map.entry("cut-off", "unreadable-signature"),
              Map.entry("repeated-field", "unreadable-signature"),
              Map.entry("repeated-field-in-the-statement", "unreadable-signature"),
              Map.entry("empty-object", "unreadable-signature"),
              Map.entry("no-json", "unreadable-signature"),
              Map.entry("deep", "unreadable-signature"),
              Map.entry("other-root", "unreadable-signature"),
              Map.entry("file-listed-twice", "unreadable-signature"),
              Map.entry("no-file-listed", "unreadable-signature"),
              Map.entry("other-payload-type", "unreadable-signature"),
              Map.entry("signed-provenance", "signed-other-claim"),
              Map.entry("links-followed", "signature-kind"),
              Map.entry("shards", "signature-kind"),
              Map.entry("blake2", "signature-kind"),
              Map.entry("keyless", "signature-kind"),
              Map.entry("certificate-over", "certificate-expired"),
              Map.entry("certificate-not-for-signing", "certificate-purpose"),
              Map.entry("certificate-of-an-authority", "certificate-purpose"),
              Map.entry("certificate-of-somebody-else", "other-signer"),
              Map.entry("certificate-of-another-authority", "untrusted-certificate"),
              Map.entry("certificate-without-its-chain", "untrusted-certificate")));

  private final Contexts release = new Contexts();
  private final ObjectNode with = JSON.createObjectNode();

  @BeforeEach
  void trust() throws IOException {
    with.put("modelSignature", "required");
    for (String key : List.of("trusted-p256", "trusted-p384", "trusted-p521")) {
      with.withArray("signingKeys").add(Files.readString(INPUTS.resolve(key + ".pub.pem")));
    }
    with.withArray("certificateAuthorities").add(Files.readString(INPUTS.resolve("authority.pem")));
    with.withArray("signers").add("dana@example.com");
  }

  private static Path inputs() {
    try {
      return Path.of(
          Objects.requireNonNull(
                  SignedModelTests.class.getResource(
                      "/io/countersign/activities/check/artifact-integrity"))
              .toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<String> every() throws IOException {
    try (Stream<Path> all = Files.list(INPUTS)) {
      return Stream.concat(
          all.filter(Files::isDirectory).map(input -> input.getFileName().toString()),
          EXPECTED.keySet().stream())
          .distinct()
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("every")
  void judgesEveryModelOfTheFolder(String name) {
    assertThat(EXPECTED).as("the table says what %s must give", name).containsKey(name);
    CheckResult result = check(name);
    String findings = EXPECTED.get(name);
    assertThat(ids(result))
        .isEqualTo(findings.isEmpty() ? List.of() : List.of(findings.split(" ")));
    assertThat(result.outcome())
        .isEqualTo(findings.isEmpty() ? CheckOutcome.PASS : CheckOutcome.FAIL);
  }

  @Test
  void keepsBothDigestsAndTheSigner() {
    CheckResult result = check("sound");
    assertThat(result.measurements())
        .containsEntry("signature.files", "3")
        .containsEntry("signature.unsigned", "0")
        .containsEntry("model.digest", digest("sound/model"));
    assertThat(result.measurements().get("signature.root"))
        .startsWith("sha256:")
        .isNotEqualTo(digest("sound/model"));
    assertThat(result.measurements().get("signature.signer")).matches("key [0-9a-f]{64}");
    assertThat(result.evidence()).hasSize(5);
  }

  @Test
  void namesTheHolderOfACertificateAsAMaker() {
    CheckResult result = check("sound-certificate");
    assertThat(result.contributors()).containsExactly("dana@example.com");
    assertThat(result.measurements()).containsEntry("signature.signer", "CN=leaf");
  }

  @Test
  void leavesOutOnlyFilesThatTheTierNames() {
    with.withArray("mayBeUnsigned").add(".gitattributes");
    CheckResult result = check("ignored-file");
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.measurements()).containsEntry("signature.unsigned", "1");
  }

  @Test
  void takesACertificateThatIsOverWhereTheTierSaysSo() {
    with.put("expiredCertificates", "accepted");
    assertThat(ids(check("certificate-over"))).isEmpty();
    assertThat(ids(check("certificate-of-somebody-else"))).containsExactly("other-signer");
  }

  @Test
  void failsWhereNobodyIsTrusted() {
    with.removeAll();
    assertThat(ids(check("sound"))).containsExactly("no-trusted-signer");
  }

  @Test
  void failsWithoutASignatureOnlyWhereOneIsRequired() {
    release.with = with.toString();
    assertThat(release.findings(new ArtifactIntegrity())).containsExactly("no-signature");
    release.with = with.put("modelSignature", "optional").toString();
    assertThat(release.findings(new ArtifactIntegrity())).isEmpty();
  }

  static Stream<List<String>> badSettings() throws IOException {
    String p256 = Files.readString(INPUTS.resolve("trusted-p256.pub.pem"));
    String authority = Files.readString(INPUTS.resolve("authority.pem"));
    return Stream.of(
        List.of("modelSignature", "\"sometimes\""),
        List.of("signingKeys", "[]"),
        List.of("signingKeys", "[\"\"]"),
        List.of("signingKeys", "[1]"),
        List.of("signingKeys", JSON.createArrayNode().add(authority).toString()),
        List.of("signingKeys", JSON.createArrayNode().add(p256 + p256).toString()),
        List.of("signingKeys", JSON.createArrayNode().add(p256.replace("M", "A")).toString()),
        List.of("certificateAuthorities", JSON.createArrayNode().add(p256).toString()),
        List.of("signers", "[]"),
        List.of("expiredCertificates", "true"),
        List.of("keys", "[]"));
  }

  @ParameterizedTest
  @MethodSource("badSettings")
  void refusesSettingsThatItCannotUse(List<String> setting) throws IOException {
    with.set(setting.get(0), JSON.readTree(setting.get(1)));
    refused();
  }

  @Test
  void refusesAuthoritiesWithoutNamesOfSigners() {
    with.remove("signers");
    refused();
  }

  private void refused() {
    assertThatThrownBy(() -> check("sound"))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }

  private static FileRootSource source() {
    return new FileRootSource(List.of(INPUTS), 1L << 24, 1000);
  }

  private static String digest(String uri) {
    return source().digest(uri, Progress.unwatched()).digest().toString();
  }

  private CheckResult check(String name) {
    String model = name + "/model";
    boolean within = Files.exists(INPUTS.resolve(model).resolve("model.sig"));
    String signature = (within ? model : name) + "/model.sig";
    release.source = source();
    String manifest = release.release;
    for (String subject : List.of("model", "dataset", "prompts", "policy")) {
      String uri = subject.equals("model") ? model : "trusted-p256.pub.pem";
      manifest =
          manifest.replaceFirst(
              subject + ": \\{uri: [^,]*, digest: \"[^\"]*\"",
              subject + ": {uri: " + uri + ", digest: \"" + digest(uri) + "\"");
    }
    release.release =
        manifest.replaceFirst(
            "evidence: \\{[^}]*}", "evidence: {modelSignature: " + signature + "}");
    release.with = with.toString();
    return release.run(new ArtifactIntegrity());
  }

  private static List<String> ids(CheckResult result) {
    return result.findings().stream().map(Finding::id).distinct().sorted().toList();
  }
}
