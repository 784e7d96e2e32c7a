package io.countersign.activities.adapter.signing;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One PEM block: its label and its bytes. */
record Pem(String label, byte[] der) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "\\s*-----BEGIN ([A-Z0-9 ]{1,40})-----\\s([A-Za-z0-9+/=\\s]+)-----END \\1-----\\s*");

  static boolean looksLike(String text) {
    return text.stripLeading().startsWith("-----BEGIN ");
  }

  static Pem parse(String text) {
    Matcher block = BLOCK.matcher(text);
    if (!block.matches()) {
      throw new IllegalArgumentException("key: allowed is exactly one PEM block without headers");
    }
    try {
      return new Pem(block.group(1), Base64.getMimeDecoder().decode(block.group(2)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("key: found a PEM block that is not base64");
    }
  }

  static String write(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
