package io.countersign.activities.port;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A path below a trusted root, as manifests write it: relative, segments divided by {@code /}, a
 * {@code /} at the end allowed for a directory. Refused: {@code ..} and {@code .} as a segment,
 * empty segments, a leading {@code /}, backslash, a colon (no other scheme, no drive), characters
 * that control or hide text, text that is not in Unicode normal form NFC.
 */
public record SubjectPath(List<String> segments) {
  private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9+.-]*):.*", Pattern.DOTALL);
  private static final int NAME_LIMIT = 255;

  public SubjectPath {
    segments = List.copyOf(segments);
    if (segments.isEmpty()) {
      throw refused("nothing");
    }
    segments.forEach(SubjectPath::requireName);
  }

  /**
   * Reads a relative path; an {@link IllegalArgumentException} says what was found and what is
   * allowed.
   */
  public static SubjectPath parse(String text) {
    if (text.startsWith("/")) {
      throw refused("a path from the top");
    }
    String path = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return new SubjectPath(Arrays.asList(path.split("/", -1)));
  }

  /** Whether it names another kind of source, by its scheme. */
  public static boolean isOtherScheme(String uri) {
    return SCHEME.matcher(uri).matches();
  }

  private static void requireName(String name) {
    if (name.equals("..") || name.equals(".")) {
      throw refused("'" + name + "' as a part of the path");
    }
    if (name.isEmpty() || name.isBlank()) {
      throw refused("an empty part of the path");
    }
    if (name.length() > NAME_LIMIT) {
      throw refused("a name of more than " + NAME_LIMIT + " characters");
    }
    requireFileName(name);
    if (name.indexOf('\\') >= 0 || name.indexOf(':') >= 0) {
      throw refused("a backslash or colon");
    }
  }

  /**
   * Refuses a file's name that could not stand on one line of a listing and mean one thing only.
   */
  public static void requireFileName(String name) {
    boolean hidden =
        name.codePoints()
            .anyMatch(
                point ->
                    point == 0xFFFD
                        || switch (Character.getType(point)) {
                          case Character.CONTROL,
                              Character.FORMAT,
                              Character.SURROGATE,
                              Character.LINE_SEPARATOR,
                              Character.PARAGRAPH_SEPARATOR ->
                              true;
                          default -> false;
                        });
    if (hidden) {
      throw refused("a name with a character that controls, reorders or hides text");
    }
    if (!Normalizer.isNormalized(name, Normalizer.Form.NFC)) {
      throw refused("a name that is not in Unicode normal form NFC");
    }
  }

  private static IllegalArgumentException refused(String found) {
    return new IllegalArgumentException(
        found + "; allowed is a relative path below a trusted root, without '.', '..' and links");
  }

  @Override
  public String toString() {
    return String.join("/", segments);
  }
}
