package io.countersign.signoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.countersign.policy.GateFunction;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementRulesTests {
  private static final Digest DIGEST = Digest.of(new byte[0]);
  private static final Instant ISSUED = Instant.parse("2026-11-23T05:00:00Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u202Eb", // right-to-left override
        "a\u2066b", // isolate
        "a\u200Bb", // zero-width space
        "a\uFEFFb",
        "a\u0000b",
        "a\u001B[2Jb", // a terminal's escape
        "a\rb",
        "a\tb",
        "a\u0085b",
        "a\u2028b",
        "a\uE000b",
        "a\uD800b",
        "a\uDB40\uDC41b", // a tag character
        "",
        "   ",
        "\n\n"
      })
  void refusesTextThatHidesOrReordersText(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> StatementRules.reason(text));
    assertThatIllegalArgumentException().isThrownBy(() -> StatementRules.name("person", text));
  }

  @Test
  void countsCharactersAsPeopleDo() {
    assertThat(StatementRules.reason("😀".repeat(1_000))).hasSize(2_000);
    assertThatIllegalArgumentException().isThrownBy(() -> StatementRules.reason("x".repeat(1_001)));
  }

  @Test
  void aReasonMayHaveLinesAndANameMayNot() {
    assertThat(StatementRules.reason("first\nsecond – ähnlich")).contains("\n");
    assertThatIllegalArgumentException().isThrownBy(() -> StatementRules.name("person", "a\nb"));
    assertThatIllegalArgumentException().isThrownBy(() -> StatementRules.name("person", " ana"));
  }

  @ParameterizedTest
  @EnumSource(SignOffDecision.class)
  void aCheckIsNamedByAWaiverAndOnlyThere(SignOffDecision decision) {
    boolean waiver = decision == SignOffDecision.WAIVE;
    assertThatCode(() -> signOff(decision, waiver ? "security.scan" : null))
        .doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signOff(decision, waiver ? null : "security.scan"));
  }

  @ParameterizedTest
  @CsvSource({"approve,APPROVE", "reject,REJECT", "waive,WAIVE", "take-back,TAKE_BACK"})
  void readsDecisionsByTheirWords(String word, SignOffDecision decision) {
    assertThat(SignOffDecision.parse(word)).isEqualTo(decision).hasToString(word);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SignOffDecision.parse(word.toUpperCase()));
  }

  @ParameterizedTest
  @EnumSource(OrderKind.class)
  void readsOrdersByTheirWords(OrderKind kind) {
    assertThat(OrderKind.parse(kind.toString())).isEqualTo(kind);
    assertThatIllegalArgumentException().isThrownBy(() -> OrderKind.parse(kind.name()));
  }

  @Test
  void aStatementEndsAfterItBegins() {
    assertThatIllegalArgumentException().isThrownBy(() -> StatementRules.period(ISSUED, ISSUED));
  }

  private static SignOff signOff(SignOffDecision decision, @Nullable String check) {
    return new SignOff(
        GateFunction.RISK,
        decision,
        check,
        "fine",
        "ana@example.com",
        ReleaseId.parse("production/fraud/1"),
        DIGEST,
        DIGEST,
        ISSUED,
        ISSUED.plusSeconds(60),
        "0".repeat(32),
        "0".repeat(64),
        DIGEST,
        WaiverTerms.NONE);
  }
}
