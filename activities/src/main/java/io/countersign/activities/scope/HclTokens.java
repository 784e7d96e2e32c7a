package io.countersign.activities.scope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** The words and signs of a policy's text, one after the other, with the line for errors. */
final class HclTokens {
  private final String text;
  private int at;
  private int line = 1;

  HclTokens(String text) {
    this.text = text;
  }

  int line() {
    skip();
    return line;
  }

  boolean atEnd() {
    skip();
    return at == text.length();
  }

  boolean takeIf(char sign) {
    skip();
    if (at < text.length() && text.charAt(at) == sign) {
      at++;
      return true;
    }
    return false;
  }

  void take(char sign) {
    if (!takeIf(sign)) {
      throw unexpected("'" + sign + "'");
    }
  }

  /** A bare or quoted name. */
  String name() {
    skip();
    if (at < text.length() && text.charAt(at) == '"') {
      return string();
    }
    String word = word();
    if (word.isEmpty()) {
      throw unexpected("a name");
    }
    return word;
  }

  /** A quoted string on one line. */
  String string() {
    take('"');
    StringBuilder value = new StringBuilder();
    while (true) {
      char next = next();
      if (next == '"') {
        return value.toString();
      }
      if (next < ' ' || next == 0x7f) {
        throw refused("a control character in a string", "a string on one line");
      }
      if (next == '$' && at < text.length() && text.charAt(at) == '{') {
        throw refused("interpolation", "a string that says what it means");
      }
      value.append(next == '\\' ? escaped() : next);
    }
  }

  private char escaped() {
    char next = next();
    return switch (next) {
      case '"', '\\' -> next;
      case 'n' -> '\n';
      case 't' -> '\t';
      default -> throw refused("an escape that is not understood", "\\\" \\\\ \\n \\t");
    };
  }

  /** A string, a here-document, a whole number or a boolean. */
  JsonNode scalar() {
    skip();
    if (text.startsWith("<<", at)) {
      return TextNode.valueOf(hereDocument());
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return TextNode.valueOf(string());
    }
    String word = word();
    if (word.equals("true") || word.equals("false")) {
      return BooleanNode.valueOf(word.equals("true"));
    }
    if (word.matches("0|[1-9][0-9]{0,17}")) {
      return LongNode.valueOf(Long.parseLong(word));
    }
    throw unexpected("a string, a whole number, true or false");
  }

  private String hereDocument() {
    at += 2;
    boolean indented = at < text.length() && text.charAt(at) == '-';
    at += indented ? 1 : 0;
    String end = word();
    if (end.isEmpty()) {
      throw unexpected("the name of a here-document");
    }
    restOfLine();
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      String row = restOfLine();
      if (indented ? row.strip().equals(end) : row.equals(end)) {
        return value.toString();
      }
      if (row.contains("${")) {
        throw refused("interpolation", "text that says what it means");
      }
      value.append(row).append('\n');
    }
    throw refused("a here-document without end", "its name on a line of its own");
  }

  private String restOfLine() {
    int end = text.indexOf('\n', at);
    String row = text.substring(at, end < 0 ? text.length() : end);
    at = end < 0 ? text.length() : end + 1;
    line++;
    return row.endsWith("\r") ? row.substring(0, row.length() - 1) : row;
  }

  private String word() {
    int start = at;
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isWord(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '-';
  }

  private char next() {
    if (at == text.length()) {
      throw refused("the end in the middle of a string", "a closing quote");
    }
    return text.charAt(at++);
  }

  /** Passes blanks and comments. */
  private void skip() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
        at++;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        at++;
      } else if (c == '#' || text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
          throw refused("a comment without end", "*/");
        }
        line += (int) text.substring(at, end).chars().filter(x -> x == '\n').count();
        at = end + 2;
      } else {
        return;
      }
    }
  }

  private IllegalArgumentException unexpected(String allowed) {
    skip();
    boolean end = at >= text.length();
    char c = end ? ' ' : text.charAt(at);
    String found = end ? "the end" : c > ' ' && c <= '~' ? "'" + c + "'" : "a character";
    return refused(found, allowed);
  }

  IllegalArgumentException refused(String found, String allowed) {
    return new IllegalArgumentException(
        "line " + line + ": found " + found + ", allowed is " + allowed);
  }
}
