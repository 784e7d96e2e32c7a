package io.countersign.activities.adapter.kingfisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SecretScanner.Leak;
import io.countersign.activities.port.SecretScanner.Report;
import io.countersign.activities.port.SecretScanner.Scan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The real scanner. Tokens and keys are made here and are good for nothing. */
@TestInstance(Lifecycle.PER_CLASS)
class KingfisherScannerIT {
  private KingfisherScanner scanner;

  @BeforeAll
  void find(@TempDir Path cache) {
    Optional<Path> program = EngineBinaries.ofThisProcess().kingfisher();
    if (program.isEmpty() && EngineBinaries.ofThisProcess().required()) {
      throw new AssertionError("engines are required and there is no kingfisher");
    }
    Assumptions.assumeTrue(program.isPresent(), "no secret scanner on this machine");
    scanner = new KingfisherScanner(program, cache);
  }

  @Test
  void findsTokensAndKeysInProseAndConfigurationAndTellsTheLine() throws Exception {
    String token = token();
    Map<String, String> texts = new TreeMap<>();
    texts.put("prompts/system.md", "You are kind.\n\nUse the key " + token + " for look-ups.\n");
    texts.put("policy/notes.cedar", "// nothing\n// " + privateKey() + "\n");
    texts.put(
        "prompts/.git/config", "[remote]\n  url = https://oauth2:" + token + "@example.com\n");
    texts.put("prompts/package-lock.json", "{\"x\": \"" + token + "\"}\n");
    texts.put("prompts/excused.md", token + " # kingfisher:ignore gitleaks:allow\n");
    texts.put("prompts/clean.md", "Say what you do not know.\n");

    Report report = scan(texts);

    assertThat(report.leaks())
        .extracting(Leak::name, Leak::line)
        .contains(
            tuple("prompts/system.md", 3),
            tuple("policy/notes.cedar", 2),
            tuple("prompts/.git/config", 2),
            tuple("prompts/package-lock.json", 1),
            tuple("prompts/excused.md", 1));
    assertThat(report.leaks()).extracting(Leak::name).doesNotContain("prompts/clean.md");
    assertThat(report.toString()).doesNotContain(token);
    assertThat(report.scanner()).matches("kingfisher [0-9.]+, [1-9][0-9]* rules");
  }

  @Test
  void equalTextsAreToldUnderEveryNameAndEmptyOnesAreNoTrouble() {
    String text = "key: " + token() + "\n";

    assertThat(scan(Map.of("a", text, "b", text, "c", "")).leaks())
        .extracting(Leak::name)
        .containsExactly("a", "b");
  }

  @Test
  void nothingToFindIsAnAnswerBecauseWhatWasPlantedIsFound() {
    assertThat(scan(Map.of("a", "hello\n")).leaks()).isEmpty();
    assertThat(scan(Map.of()).leaks()).isEmpty();
  }

  private Report scan(Map<String, String> texts) {
    try (Scan scan = scanner.begin()) {
      texts.forEach((name, text) -> scan.add(name, text.getBytes(StandardCharsets.UTF_8)));
      return scan.run(Progress.unwatched());
    }
  }

  /** In the form of a token of GitHub, never in the source. */
  private static String token() {
    return new String(KingfisherScan.planted(), StandardCharsets.UTF_8)
        .strip()
        .substring("token = ".length());
  }

  private static String privateKey() throws NoSuchAlgorithmException {
    byte[] key =
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded();
    String word = "PRIVATE KEY-----";
    return "-----BEGIN "
        + word
        + "\n"
        + Base64.getEncoder().encodeToString(key)
        + "\n-----END "
        + word;
  }
}
