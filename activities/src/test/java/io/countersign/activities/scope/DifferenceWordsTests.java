package io.countersign.activities.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The example's releases, compared in sentences. */
class DifferenceWordsTests {
  private static final Path EXAMPLE = Path.of("..", "examples", "fraud-scorer");
  private final DocumentReader reader = new DocumentReader(key -> Keys.publicKey(key).keyId());

  @Test
  void ofAFirstReleaseEverythingIsTold() throws IOException {
    assertThat(words(null, "2026.11.1"))
        .containsExactly(
            "May read kv/data/fraud/scoring.",
            "May call refund.lookup (read).",
            "First release of this system here: there is nothing to compare with.");
  }

  @Test
  void saysWhatAReleaseMayDoMoreBeforeWhatIsOther() throws IOException {
    assertThat(words("2026.11.1", "2026.11.2"))
        .startsWith(
            "May now also read kv/data/fraud/refund-api.",
            "May now also call refund.issue (write).")
        .contains(
            "Autonomy: agentic, was assistive.",
            "The intended use is described otherwise.",
            "The impact is described otherwise.");
  }

  @Test
  void saysWhatAReleaseMayDoLess() throws IOException {
    assertThat(words("2026.11.2", "2026.11.1"))
        .startsWith("Access lasts 30d, before 14d.")
        .contains(
            "May no longer read kv/data/fraud/refund-api.",
            "May no longer call refund.issue (write).");
  }

  @Test
  void namesTheBytesThatAreOtherAndThoseThatAreTheSame() throws IOException {
    String digests = text("releases/2026.11.1/release.yaml");
    for (String subject : List.of("models/1/", "data/train.csv", "prompts/1/", "policy/1/")) {
      digests =
          digests.replace(
              "uri: " + subject, "uri: " + subject + ", digest: \"sha256:" + "a".repeat(64) + "\"");
    }
    Manifest old = manifest(digests);
    Manifest retrained = manifest(digests.replaceFirst("a{64}", "b".repeat(64)));
    assertThat(
            DifferenceWords.between(old, policies(old), retrained, policies(retrained), List.of()))
        .containsExactly("Other bytes: model; the same: dataset, prompts, policy.");
    assertThat(DifferenceWords.between(old, policies(old), old, policies(old), List.of()))
        .containsExactly("Model, dataset, prompts and policy are the same, byte for byte.");
  }

  @Test
  void whatIsNotUnderstoodCountsAsNew() throws IOException {
    Manifest manifest = manifest(text("releases/2026.11.1/release.yaml"));
    SortedMap<String, String> broken = new TreeMap<>(policies(manifest));
    broken.put("fraud-read", "path");
    assertThat(DifferenceWords.between(manifest, policies(manifest), manifest, broken, List.of()))
        .first()
        .isEqualTo("The Vault policies cannot be compared: count everything in them as new.");
  }

  @Test
  void saysThatTheRuntimePolicyMayPermitMore() throws IOException {
    Manifest manifest = manifest(text("releases/2026.11.1/release.yaml"));
    assertThat(
            DifferenceWords.between(
                manifest,
                policies(manifest),
                manifest,
                policies(manifest),
                List.of(Change.POLICY_WIDENED)))
        .first()
        .isEqualTo("Its runtime policy may permit more: security.runtime-policy says what.");
  }

  @Test
  void boundsWhatPeopleRead() throws IOException {
    String release = text("releases/2026.11.1/release.yaml");
    StringBuilder tools = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      tools.append("    - {name: t").append(i).append(", permissions: [read]}\n");
    }
    Manifest old = manifest(release);
    Manifest wide = manifest(release.replace("  tokenTtl", tools + "  tokenTtl"));
    List<String> told =
        DifferenceWords.between(old, policies(old), wide, policies(wide), List.of());
    assertThat(told)
        .hasSize(DifferenceWords.SENTENCES + 1)
        .endsWith("77 more differences are not listed.");
  }

  private List<String> words(@Nullable String before, String version) throws IOException {
    Manifest old = before == null ? null : manifest(text("releases/" + before + "/release.yaml"));
    Manifest now = manifest(text("releases/" + version + "/release.yaml"));
    return DifferenceWords.between(
        old, old == null ? new TreeMap<>() : policies(old), now, policies(now), List.of());
  }

  private Manifest manifest(String text) {
    return reader.release("release.yaml", text.getBytes(StandardCharsets.UTF_8)).manifest();
  }

  private static SortedMap<String, String> policies(Manifest manifest) throws IOException {
    SortedMap<String, String> bodies = new TreeMap<>();
    for (String name : manifest.access().policies()) {
      bodies.put(name, text("vault/" + name + ".hcl"));
    }
    return bodies;
  }

  private static String text(String file) throws IOException {
    return Files.readString(EXAMPLE.resolve(file));
  }
}
