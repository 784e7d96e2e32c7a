package io.countersign.worker.page;

import gg.jte.TemplateOutput;

/**
 * Markdown whose every value is a code span unless a template says otherwise: in it no character
 * means anything, no address becomes a link and nobody is notified. Fits into a cell of a table.
 */
final class MarkdownOutput implements TemplateOutput {
  private final StringBuilder text = new StringBuilder();

  @Override
  public void writeContent(String value) {
    text.append(value);
  }

  @Override
  public void writeContent(String value, int beginIndex, int endIndex) {
    text.append(value, beginIndex, endIndex);
  }

  @Override
  public void writeUserContent(String value) {
    text.append(code(value));
  }

  /** A code span that shows exactly this text, line feeds as {@code ↵}. */
  static String code(String value) {
    if (value.isBlank()) {
      return "–";
    }
    String line = value.strip().replace("\r", "").replace("\n", " ↵ ");
    String fence = "`".repeat(longestRun(line) + 1);
    String pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
    return fence + pad + line.replace("|", "\\|") + pad + fence;
  }

  private static int longestRun(String line) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < line.length(); i++) {
      run = line.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
