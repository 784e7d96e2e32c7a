package io.countersign.activities.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.port.DecisionLedger.Decided;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecidedTests {
  private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

  @Test
  void keepsNamesOfTheFormThatManifestsHave() {
    Decided decided = denied("refund.lookup", "read", List.of("pii", "card", "pii"));
    assertThat(decided.tool()).isEqualTo("refund.lookup");
    assertThat(decided.permission()).isEqualTo("read");
    assertThat(decided.dataClasses()).containsExactly("card", "pii");
  }

  @Test
  void keepsNoTextOfARequestButItsDigest() {
    Decided decided =
        denied("my password is hunter2", "x".repeat(128), List.of("{\"secret\":\"s3cr3t\"}"));
    assertThat(decided.toString()).doesNotContain("hunter2", "xxxx", "s3cr3t");
    assertThat(decided.tool()).matches("sha256:[0-9a-f]{64}");
  }

  @Test
  void keepsTheDigestAloneOfALongList() {
    List<String> many = IntStream.range(0, 65).mapToObj(i -> "class-" + i).toList();
    assertThat(denied("t", "read", many).dataClasses()).hasSize(1);
    assertThat(denied("t", "read", many.subList(0, 64)).dataClasses()).hasSize(64);
  }

  @Test
  void refusesAnAllowanceThatNoPolicyOfAReleaseGave() {
    assertThatThrownBy(
            () ->
                new Decided(
                    AT, true, "ALLOWED", null, null, null, "t", "read", List.of(), List.of(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Decided denied(String tool, String permission, List<String> classes) {
    return new Decided(
        AT, false, "NOT_LIVE", null, null, null, tool, permission, classes, List.of(), 3);
  }
}
