package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.CheckRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The example under every check that is built in, while one thing that they look at is not there or
 * is not what it should be: none that looks at it passes. What each check looks at is found out
 * from the sound release, so that a new check or a new document is held to the same.
 */
class CouldNotLookTests {
  private static final byte[] BRACKETS = "[".repeat(8 << 20).getBytes(StandardCharsets.UTF_8);

  /** Evidence has no digest in the manifest: who reads it judges it, and integrity archives it. */
  private static final String ARCHIVES = "mlops.artifact-integrity";

  private final StrongTier release = new StrongTier();

  @BeforeEach
  void everyCheckHasPassed() {
    release.world.results = passed(release);
  }

  /** What stands in the place of the right bytes. */
  enum Bytes {
    NONE,
    ZEROS,
    HALF,
    NULL_IN_JSON,
    EMPTY_JSON,
    DEEP_AND_LARGE,
    ONE_BIT_IS_OTHER;

    byte[] of(byte[] sound) {
      byte[] other = sound.clone();
      other[other.length / 2] ^= 1;
      return switch (this) {
        case NONE -> new byte[0];
        case ZEROS -> new byte[sound.length];
        case HALF -> Arrays.copyOf(sound, sound.length / 2);
        case NULL_IN_JSON -> "null".getBytes(StandardCharsets.UTF_8);
        case EMPTY_JSON -> "{}".getBytes(StandardCharsets.UTF_8);
        case DEEP_AND_LARGE -> BRACKETS;
        case ONE_BIT_IS_OTHER -> other;
      };
    }
  }

  /** In the order of the tier, each in view of those before it. */
  private static List<CheckResult> passed(StrongTier release) {
    List<CheckResult> results = new ArrayList<>();
    for (CheckRule rule : release.rules()) {
      release.world.results = List.copyOf(results);
      CheckResult result = release.result(rule);
      assertThat(result.outcome()).as(rule.check()).isEqualTo(CheckOutcome.PASS);
      results.add(result);
    }
    return results;
  }

  /** Everything that each check looks at when nothing is wrong; the clock is no evidence. */
  static Stream<Arguments> looks() {
    StrongTier release = new StrongTier();
    release.world.results = passed(release);
    return release.rules().stream()
        .flatMap(rule -> used(release, rule).stream().map(eye -> Arguments.of(rule.check(), eye)));
  }

  static Stream<Arguments> looksAtBytes() {
    return looks().filter(look -> ((String) look.get()[1]).contains(" "));
  }

  private static Set<String> used(StrongTier release, CheckRule rule) {
    Eyes eyes = Eyes.sound();
    release.result(rule, eyes.over(release.source), eyes.over(release.world()));
    eyes.used.remove("World.now");
    return eyes.used;
  }

  private CheckResult result(String check, Eyes eyes) {
    CheckRule rule =
        release.rules().stream().filter(one -> one.check().equals(check)).findFirst().orElseThrow();
    return release.result(rule, eyes.over(release.source), eyes.over(release.world()));
  }

  @Test
  void whatIsLookedAtIsKnown() {
    Set<String> all = new TreeSet<>();
    looks().forEach(look -> all.add((String) look.get()[1]));
    assertThat(all)
        .contains(
            "AuditDevices.devices",
            "KeyValueSecrets.secrets",
            "Reachability.reach",
            "Scan.run",
            "World.identity",
            "World.liveNeighbours",
            "World.otherResults",
            "World.rulesInForce",
            "subject models/1/",
            "document reports/lineage/1/provenance.dsse.json",
            "document reports/model-quality/1/metrics.json")
        .hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("looks")
  void whatCannotBeReadOrMayNotBeReadIsNoPass(String check, String eye) {
    for (FailureType type :
        List.of(
            FailureType.SOURCE_UNAVAILABLE,
            FailureType.SOURCE_REFUSED,
            FailureType.VAULT_UNAVAILABLE)) {
      Eyes eyes =
          Eyes.broken(
              eye,
              sound -> {
                throw new GateException(type, "nothing to see");
              });
      assertThatThrownBy(() -> result(check, eyes))
          .isInstanceOfSatisfying(
              GateException.class, e -> assertThat(e.type()).isIn(type, FailureType.CHECK_BROKEN));
    }
  }

  @ParameterizedTest
  @MethodSource("looksAtBytes")
  void otherBytesAreNoPass(String check, String eye) {
    for (Bytes bytes : Bytes.values()) {
      CheckResult result = result(check, Eyes.broken(eye, bytes::of));
      if (check.equals(ARCHIVES) && eye.startsWith("document") && !eye.contains("signature")) {
        continue;
      }
      assertThat(result.outcome()).as("%s of %s", bytes, eye).isEqualTo(CheckOutcome.FAIL);
    }
  }

  @ParameterizedTest
  @EnumSource(Bytes.class)
  void everyDocumentHasAJudge(Bytes bytes) {
    Set<String> judged = new TreeSet<>();
    Set<String> archived = new TreeSet<>();
    looksAtBytes()
        .forEach(
            look -> {
              String eye = (String) look.get()[1];
              archived.add(eye);
              CheckResult result = result((String) look.get()[0], Eyes.broken(eye, bytes::of));
              if (result.outcome() == CheckOutcome.FAIL) {
                judged.add(eye);
              }
            });
    assertThat(judged).isEqualTo(archived);
  }
}
