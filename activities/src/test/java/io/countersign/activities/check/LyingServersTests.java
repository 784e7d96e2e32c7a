package io.countersign.activities.check;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.remote.Bounds;
import io.countersign.activities.adapter.remote.Credentials;
import io.countersign.activities.adapter.remote.HttpReader;
import io.countersign.activities.adapter.remote.HttpsSource;
import io.countersign.activities.check.format.ModelFormat;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.HttpsPlace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that lie, hang, lead elsewhere or never end, each answer a file, behind the checks that
 * read every byte. Registries that lie about digests have tests of their own beside their adapter.
 */
class LyingServersTests {
  private static final BadInputs FOLDER = new BadInputs("sources");
  private static final String SOUND = "sound.http";
  private static final String PASSES = "passes";
  private static final Set<String> UNAVAILABLE = Set.of("SOURCE_UNAVAILABLE");
  private static final Set<String> REFUSED = Set.of("SOURCE_REFUSED");

  /** Chunks have no length, which who reads files needs to know first. */
  private static final Set<String> UNAVAILABLE_OR_REFUSED =
      Set.of("SOURCE_UNAVAILABLE", "SOURCE_REFUSED");

  private static final Set<String> DIGEST = Set.of("digest-mismatch");
  private static final Bounds BOUNDS =
      new Bounds(
          1 << 20, 8, Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofSeconds(30), 2);

  private static final TreeMap<String, Set<String>> EXPECTED =
      new TreeMap<>(
          Map.ofEntries(
              entry("broken-server.http", UNAVAILABLE),
              entry("chunk-of-no-size.http", UNAVAILABLE_OR_REFUSED),
              entry("chunks-that-break-off.http", UNAVAILABLE_OR_REFUSED),
              entry("cut-off.http", UNAVAILABLE),
              entry("empty.http", DIGEST),
              entry("endless-header.http", UNAVAILABLE),
              entry("endless.http", REFUSED),
              entry("gone.http", REFUSED),
              entry("hangs-after-its-headers.http", UNAVAILABLE),
              entry("hangs-in-the-middle.http", UNAVAILABLE),
              entry("hangs.http", UNAVAILABLE),
              entry("length-beyond-the-limit.http", REFUSED),
              entry("length-negative.http", REFUSED),
              entry("length-not-a-number.http", REFUSED),
              entry("login-page.http", DIGEST),
              entry("longer.http", DIGEST),
              entry("may-not.http", UNAVAILABLE),
              entry("more-behind-its-length.http", REFUSED),
              entry("no-content.http", UNAVAILABLE),
              entry("not-http.http", UNAVAILABLE),
              entry("not-modified.http", UNAVAILABLE),
              entry("not-there.http", REFUSED),
              entry("nothing.http", UNAVAILABLE),
              entry("other-bytes.http", DIGEST),
              entry("packed.http", REFUSED),
              entry("part-instead-of-the-whole.http", UNAVAILABLE),
              entry("redirects-elsewhere.http", REFUSED),
              entry("redirects-to-a-file.http", REFUSED),
              entry("redirects-to-another-host-with-this-one-as-user.http", REFUSED),
              entry("redirects-to-itself.http", REFUSED),
              entry("redirects-to-nothing.http", REFUSED),
              entry("redirects-to-the-metadata-service.http", REFUSED),
              entry("redirects-up.http", REFUSED),
              entry("redirects-without-saying-where.http", REFUSED),
              entry("shorter.http", DIGEST),
              entry("too-many-requests.http", UNAVAILABLE),
              entry("two-lengths.http", REFUSED),
              entry("who-are-you.http", UNAVAILABLE)));

  static Stream<Map.Entry<String, Set<String>>> expected() {
    return EXPECTED.entrySet().stream();
  }

  @Test
  void everyFileHasAnExpectation() {
    Set<String> known = new TreeSet<>(EXPECTED.keySet());
    known.add(SOUND);
    assertThat(FOLDER.names()).isEqualTo(known);
  }

  @Test
  void whatIsSoundPasses() throws IOException {
    assertThat(outcome(FOLDER.text(SOUND), new ArtifactIntegrity())).isEqualTo(PASSES);
    assertThat(outcome(FOLDER.text(SOUND), new ModelFormat())).isEqualTo(PASSES);
  }

  @ParameterizedTest
  @MethodSource("expected")
  void aLieIsNeverAPass(Map.Entry<String, Set<String>> lie) throws IOException {
    String answer = FOLDER.text(lie.getKey());
    assertThat(outcome(answer, new ArtifactIntegrity())).isIn(lie.getValue());
    assertThat(outcome(answer, new ModelFormat())).isIn(lie.getValue());
  }

  /** Whatever is asked for, this is the answer. */
  private static String outcome(String answer, Check check) throws IOException {
    try (LyingServer server = new LyingServer(answer)) {
      Contexts release = new Contexts();
      release.source =
          new HttpsSource(
              List.of(new HttpsPlace(server.url("/models/"), null)),
              new HttpReader(null),
              new Credentials(null),
              BOUNDS);
      for (String subject : List.of("model", "data", "prompts", "policy")) {
        release.release =
            release.release.replace(
                "{uri: " + subject + ",", "{uri: \"" + server.url("/models/" + subject) + "\",");
      }
      release.release =
          release
              .release
              .replaceAll("DATASET|PROMPTS|POLICY", "MODEL")
              .replace("metrics: metrics.json", "metrics: \"" + server.url("/models/m") + "\"");
      CheckResult result = release.run(check);
      return result.outcome() == CheckOutcome.PASS ? PASSES : result.findings().get(0).id();
    } catch (GateException e) {
      return e.type().name();
    }
  }
}
