package io.countersign.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityValuesTests {
  private static final String ABC =
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @ParameterizedTest
  @ValueSource(
      strings = {"production/fraud-scorer/2026.11.3", "p/s/1.10", "dev/a-b/v_1-rc.2", "a1/b2/0"})
  void aReleaseIdComesBackAsItWasWritten(String text) {
    ReleaseId id = ReleaseId.parse(text);
    assertThat(id).hasToString(text);
    assertThat(id.workflowId()).isEqualTo("release/" + text);
    assertThat(ReleaseId.ofWorkflowId(id.workflowId())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b",
        "a/b/c/d",
        "A/b/1",
        "a/B/1",
        "a/b/..",
        "a/b/1..2",
        "a/b/.1",
        "a/b/probe",
        "a/b/*",
        "a/b/+",
        "a/b/1 2",
        "a/b/1\n",
        "-a/b/1",
        "a-/b/1",
        "a/b_c/1",
        "a/b/é",
        "a//1",
        "../b/1",
        "a/b/1'or'1",
        "a/b/\u0000",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/b/1"
      })
  void aReleaseIdThatSomeSystemReadsOtherwiseIsRefused(String text) {
    assertThatThrownBy(() -> ReleaseId.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed is")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("\u0000");
  }

  @Test
  void aWorkflowIdOfAnotherKindIsRefused() {
    assertThatThrownBy(() -> ReleaseId.ofWorkflowId("sweep/a/b/1"))
        .hasMessageContaining("release/<id>");
  }

  @Test
  void aDigestIsTakenOverBytesInOneGoOrInPieces() {
    byte[] bytes = "abc".getBytes(StandardCharsets.US_ASCII);
    MessageDigest pieces = Digest.sha256();
    pieces.update(bytes, 0, 1);
    pieces.update(bytes, 1, 2);
    assertThat(Digest.of(bytes)).hasToString(ABC);
    assertThat(Digest.of(pieces)).isEqualTo(Digest.of(bytes)).isEqualTo(Digest.parse(ABC));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256:",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
      })
  void aDigestInAnotherFormIsRefused(String text) {
    assertThatThrownBy(() -> Digest.parse(text)).hasMessageContaining("lower-case hex");
  }

  @ParameterizedTest
  @CsvSource({"15m,900,15m", "60m,3600,1h", "24h,86400,1d", "90s,90,90s", "30d,2592000,30d"})
  void aSpanIsReadAndWrittenInItsLargestWholeUnit(String text, long seconds, String written) {
    assertThat(Span.parse(text).seconds()).isEqualTo(seconds);
    assertThat(Span.parse(text)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0m", "-1m", "1.5h", "15", "m", "1w", " 1m", "1M", "9999999999s"})
  void aSpanInAnotherFormIsRefused(String text) {
    assertThatThrownBy(() -> Span.parse(text)).hasMessageContaining("span: allowed");
  }

  @Test
  void aSpanOfNothingIsRefused() {
    assertThatThrownBy(() -> new Span(Duration.ZERO)).hasMessageContaining("above zero");
    assertThatThrownBy(() -> new Span(Duration.ofMillis(1_500))).hasMessageContaining("whole");
    assertThat(Span.parse("1h")).isGreaterThan(Span.parse("59m"));
  }
}
