package io.countersign.activities.check.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.signing.SupplierSignatures;
import io.countersign.activities.check.Contexts;
import io.countersign.activities.port.PublisherSignatures;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One file for each defect; a file that nobody expects anything of fails. */
class DependenciesTests {
  private static final Path FOLDER =
      Path.of("src/test/resources/io/countersign/activities/check/dependencies");

  private static final Map<String, String> DEFECTS =
      Map.ofEntries(
          Map.entry("good", ""),
          Map.entry("host-with-another-suffix", "endpoint-not-allowed"),
          Map.entry("host-of-a-subdomain", "endpoint-not-allowed"),
          Map.entry("other-port", "endpoint-not-allowed"),
          Map.entry("user-in-the-url", "endpoint-unclear"),
          Map.entry("two-hosts", "endpoint-unclear"),
          Map.entry("plain-http", "plain-transport"),
          Map.entry("no-endpoint", "no-endpoint"),
          Map.entry("unlisted-supplier", "unlisted-supplier"),
          Map.entry("supplier-of-another-name", "unlisted-supplier"),
          Map.entry("other-owner", "other-owner"),
          Map.entry("other-kind", "other-kind"),
          Map.entry("kind-that-the-tier-forbids", "kind-not-allowed"),
          Map.entry("data-of-another-class", "data-to-supplier"),
          Map.entry("data-that-the-tier-keeps", "data-not-allowed"),
          Map.entry("no-review-date", "no-review-date"),
          Map.entry("review-over", "review-over"),
          Map.entry("review-for-ever", "review-too-far"),
          Map.entry("withdrawn-supplier", "withdrawn-supplier"),
          Map.entry("withdrawn-host-under-another-name", "withdrawn-supplier"),
          Map.entry("withdrawn-host-with-a-dot-at-the-end", "withdrawn-supplier"),
          Map.entry("withdrawn-artefact-under-another-name", "withdrawn-supplier"),
          Map.entry("not-pinned", "not-pinned"),
          Map.entry("not-signed", "not-signed"),
          Map.entry("other-artefact", "other-artefact"),
          Map.entry("plugin-without-digest", "not-pinned"));

  private static final Map<String, String> SIGNATURES =
      Map.ofEntries(
          Map.entry("good-ed25519.json", ""),
          Map.entry("good-ecdsa.json", ""),
          Map.entry("good-ed25519.sig", ""),
          Map.entry("good-ecdsa.sig", ""),
          Map.entry("of-another-artefact.json", "signed-other-artefact"),
          Map.entry("of-a-vulnerability.json", "signed-other-claim"),
          Map.entry("by-another-key.json", "bad-signature"),
          Map.entry("payload-exchanged.json", "bad-signature"),
          Map.entry("without-signature.json", "bad-signature"),
          Map.entry("other-payload-type.json", "unreadable-signature"),
          Map.entry("no-statement.json", "unreadable-signature"),
          Map.entry("truncated.json", "unreadable-signature"),
          Map.entry("payload-twice.json", "unreadable-signature"),
          Map.entry("detached-by-another-key.sig", "bad-signature"),
          Map.entry("detached-of-another-artefact.sig", "bad-signature"),
          Map.entry("detached-empty.sig", "unreadable-signature"),
          Map.entry("detached-not-a-signature.sig", "bad-signature"));

  private final Contexts release = new Contexts();
  private final Dependencies check = new Dependencies(new SupplierSignatures());

  @BeforeEach
  void suppliers() {
    release.gate +=
        """
        suppliers:
          - name: payments
            owners: [pay@example.com]
            kinds: [external-api, browser-extension]
            endpoints: [api.payments.example.com]
            dataClasses: [pii, financial]
          - name: acme
            kinds: [base-model, plugin]
            dataClasses: []
            digests: ["sha256:264ffc630c3287bca502cb4d0a457b0f45b68ec9e2f4149d856309409a9421a9"]
            keys:
              - |
        %s
              - |
        %s
          - name: scores
            kinds: [external-api]
            endpoints: [api.scores.example.com]
            dataClasses: [pii]
            digests: ["sha256:2222222222222222222222222222222222222222222222222222222222222222"]
            withdrawn: {since: 2026-10-30T08:00:00Z, reason: It lost data.}
        """
            .formatted(
                text("signatures/acme.pub").indent(8), text("signatures/acme-ec.pub").indent(8));
    release.with =
        """
        {"maxReview": "365d", "dataClasses": ["pii"], "signed": ["base-model"],
         "kinds": ["external-api", "base-model", "plugin"]}
        """;
    dependencies("good");
    release.files.put("publisher.json", text("signatures/good-ed25519.json"));
  }

  private void dependencies(String defect) {
    release.release =
        Stream.of(release.release.split("(?=\nprofile:)"))
            .map(part -> part.replaceFirst("(?s)\ndependencies:.*", "\n" + text(defect + ".yaml")))
            .reduce("", String::concat)
            .replace("\n\n", "\n");
  }

  static Stream<String> defects() throws IOException {
    return files(FOLDER).filter(name -> name.endsWith(".yaml"));
  }

  static Stream<String> signatures() throws IOException {
    return files(FOLDER.resolve("signatures")).filter(name -> !name.endsWith(".pub"));
  }

  private static Stream<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> f.getFileName().toString())
          .toList()
          .stream();
    }
  }

  private static String text(String file) {
    try {
      return Files.readString(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("defects")
  void everyDefectIsFound(String file) {
    String defect = file.replace(".yaml", "");
    dependencies(defect);
    requireFound(DEFECTS.get(defect));
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void everySignatureIsWorthWhatItIs(String file) {
    if (file.endsWith(".sig")) {
      release.release =
          release.release.replace("statement: publisher.json", "signature: publisher.json");
    }
    release.files.put("publisher.json", text("signatures/" + file));
    requireFound(SIGNATURES.get(file));
  }

  private void requireFound(String finding) {
    assertThat(finding).as("an expectation for the file").isNotNull();
    CheckResult result = release.run(check);
    if (finding.isEmpty()) {
      assertThat(result.findings()).isEmpty();
      assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    } else {
      assertThat(release.findings(check)).contains(finding);
      assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    }
  }

  @Test
  void whatIsNamedInTheResultIsWhatLeavesAndWhoSigned() {
    CheckResult result = release.run(check);
    assertThat(result.measurements())
        .containsEntry("dependencies", "2")
        .containsEntry("leaves.pii", "payments")
        .containsEntry("signed.base", "acme")
        .containsEntry("reviewDays", "150");
    assertThat(result.evidence()).extracting("name").containsExactly("publisher.json");
  }

  @Test
  void aSupplierThatIsWithdrawnSinceTheSubmissionFailsThoughTheFrozenRulesAllowIt() {
    String withdrawn = "    withdrawn: {since: 2026-11-01T11:00:00Z, reason: It lost data.}\n";
    release.inForce = release.gate.replace("  - name: acme\n", withdrawn + "  - name: acme\n");
    assertThat(release.findings(check)).containsExactly("withdrawn-supplier");
    release.now = Instant.parse("2026-11-01T10:59:59Z");
    assertThat(release.findings(check)).as("announced, not yet in force").isEmpty();
  }

  @Test
  void aSupplierThatOnlyTheRulesInForceListIsNotAllowed() {
    dependencies("unlisted-supplier");
    release.inForce = release.gate.replace("  - name: payments\n", "  - name: ledger\n");
    assertThat(release.findings(check)).contains("unlisted-supplier");
  }

  @Test
  void aSignatureProvesNothingWithoutAKeyOfTheSupplier() {
    release.gate = release.gate.replaceFirst("(?s)    keys:.*?(?=  - name: scores)", "");
    assertThat(release.findings(check)).containsExactly("no-key");
    assertThat(release.run(check).outcome()).isEqualTo(CheckOutcome.FAIL);
    release.with = release.with.replace("\"signed\": [\"base-model\"],", "");
    assertThat(release.findings(check)).containsExactly("no-key");
    assertThat(release.run(check).outcome()).isEqualTo(CheckOutcome.PASS);
  }

  @Test
  void aSignatureThatCannotBeReadIsNoAnswer() {
    release.files.remove("publisher.json");
    assertThatThrownBy(() -> release.run(check))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE));
  }

  @Test
  void anEndlessSignatureIsUnreadable() {
    release.files.put("publisher.json", "[".repeat(PublisherSignatures.LIMIT + 1));
    assertThat(release.findings(check)).containsExactly("unreadable-signature");
    release.files.put("publisher.json", "[".repeat(100_000));
    assertThat(release.findings(check)).containsExactly("unreadable-signature");
  }

  @Test
  void aReviewThatEndsBeforeTheReleaseIsTold() {
    release.now = Instant.parse("2027-03-20T00:00:00Z");
    assertThat(release.findings(check)).containsExactly("review-ends-first", "review-ends-first");
    assertThat(release.run(check).outcome()).isEqualTo(CheckOutcome.PASS);
  }

  @Test
  void aReleaseThatListsNothingIsTold() {
    release.release = release.release.replaceFirst("(?s)\ndependencies:.*?(?=\nprofile:)", "");
    assertThat(release.findings(check)).containsExactly("none-listed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"maxReview\": 365}",
        "{\"maxReview\": \"for ever\"}",
        "{\"maxReview\": \"365d\", \"dataClasses\": []}",
        "{\"maxReview\": \"365d\", \"signed\": \"base-model\"}",
        "{\"maxReview\": \"365d\", \"lenient\": true}"
      })
  void settingsThatSayNothingAreRefused(String with) {
    release.with = with;
    assertThatThrownBy(() -> release.run(check))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }

  @ParameterizedTest
  @CsvSource({
    "name: acme, name: payments",
    "endpoints: [api.scores.example.com], endpoints: [api.payments.example.com]",
    "endpoints: [api.scores.example.com], 'endpoints: [\"*.scores.example.com\"]'",
    "endpoints: [api.scores.example.com], 'endpoints: [\"https://api.scores.example.com\"]'",
    "endpoints: [api.scores.example.com], endpoints: [API.scores.example.com]",
    "2222222222222222222222222222222222222222222222222222222222222222, 264ffc630c3287bca502cb4d0a457b0f45b68ec9e2f4149d856309409a9421a9",
    "', reason: It lost data.', ''",
    "2026-10-30T08:00:00Z, 2026-13-30T08:00:00Z",
    "kinds: [base-model], kinds: []"
  })
  void suppliersThatCouldBeTakenForAnotherAreRefused(String good, String bad) {
    release.gate = release.gate.replace("kinds: [base-model, plugin]", "kinds: [base-model]");
    assertThat(release.gate).contains(good);
    release.gate = release.gate.replace(good, bad);
    assertThatThrownBy(() -> release.run(check))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
  }
}
