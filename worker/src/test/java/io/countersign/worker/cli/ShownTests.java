package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTests {
  @ParameterizedTest
  @CsvSource({
    "1b, '\\u{1b}'", // escape
    "7, '\\u{7}'",
    "a, '\\u{a}'",
    "d, '\\u{d}'",
    "9b, '\\u{9b}'", // CSI in one character
    "202e, '\\u{202e}'", // right-to-left override
    "200b, '\\u{200b}'",
    "2028, '\\u{2028}'",
    "e0041, '\\u{e0041}'",
  })
  void writesWhatSteersATerminalAsText(String hex, String shown) {
    String foreign = new String(Character.toChars(Integer.parseInt(hex, 16)));
    assertThat(Shown.line("a" + foreign + "b")).isEqualTo("a" + shown + "b");
  }

  @Test
  void leavesReadableTextAlone() {
    assertThat(Shown.line("Grüße, 你好 🙂 ± \"x\"")).isEqualTo("Grüße, 你好 🙂 ± \"x\"");
  }

  @Test
  void keepsLineFeedsOfOurOwnTexts() {
    assertThat(Shown.lines("a\nb\u001b[0m\r\nc")).isEqualTo("a\nb\\u{1b}[0m\nc");
  }
}
