package io.countersign.activities.adapter.cedar;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text that is safe to hand to the native parser. It descends once for every bracket and every
 * {@code if}, with some 12 KiB of stack for each, and where the stack ends the process ends.
 */
final class PolicyText {
  /** Bytes of one file. */
  static final int MOST_BYTES = 64 * 1024;

  /** Brackets open at once, and the conditionals of one statement. */
  static final int DEEPEST = 32;

  private PolicyText() {}

  /**
   * The text of a file.
   *
   * @throws UnfitException when it is empty, too large, no UTF-8 or nested too deeply
   */
  static String of(byte[] bytes) throws UnfitException {
    if (bytes.length > MOST_BYTES) {
      throw new UnfitException("has %d bytes; %d are allowed".formatted(bytes.length, MOST_BYTES));
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new UnfitException("is not UTF-8");
    }
    if (text.isBlank()) {
      throw new UnfitException("is empty");
    }
    measure(text);
    return text;
  }

  private static void measure(String text) throws UnfitException {
    int line = 1;
    int open = 0;
    int conditionals = 0;
    for (int i = 0; i < text.length(); i++) {
      char at = text.charAt(i);
      if (at == '\n') {
        line++;
      } else if (at == '"') {
        int end = afterString(text, i);
        line += (int) text.substring(i, end).chars().filter(one -> one == '\n').count();
        i = end - 1;
      } else if (at == '/' && text.startsWith("//", i)) {
        int end = text.indexOf('\n', i);
        i = (end < 0 ? text.length() : end) - 1;
      } else if (at == '(' || at == '[' || at == '{') {
        open++;
      } else if (at == ')' || at == ']' || at == '}') {
        open = Math.max(0, open - 1);
      } else if (at == ';') {
        conditionals = 0;
      } else if (at == 'i' && isWord(text, i, "if")) {
        conditionals++;
      }
      if (open > DEEPEST || conditionals > DEEPEST) {
        throw new UnfitException("line %d: nested more than %d deep".formatted(line, DEEPEST));
      }
    }
  }

  private static int afterString(String text, int start) {
    int i = start + 1;
    while (i < text.length() && text.charAt(i) != '"') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(i + 1, text.length());
  }

  private static boolean isWord(String text, int at, String word) {
    return text.startsWith(word, at)
        && (at == 0 || !isPart(text.charAt(at - 1)))
        && (at + word.length() >= text.length() || !isPart(text.charAt(at + word.length())));
  }

  private static boolean isPart(char one) {
    return Character.isLetterOrDigit(one) || one == '_';
  }

  /** Why a file is not read. The message continues a sentence that begins with its name. */
  static final class UnfitException extends Exception {
    private static final long serialVersionUID = 1L;

    UnfitException(String message) {
      super(message);
    }
  }
}
