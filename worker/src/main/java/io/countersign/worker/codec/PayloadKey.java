package io.countersign.worker.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The public half of the key that payloads are sealed to; all that a sender needs. As a file it is
 * one line {@code transit:<name>:v<version>} and the key in PEM (RFC 7468, section 13; text before
 * the key is allowed by section 2).
 *
 * @param version of the key in Vault, from 1
 * @param key RSA, at least 3072 bits
 */
public record PayloadKey(String name, int version, RSAPublicKey key) {
  private static final int LEAST_BITS = 3072;
  private static final int MOST_CHARACTERS = 10_000;
  private static final Pattern FILE =
      Pattern.compile(
          "\\s*transit:([a-z0-9-]{1,64}):v([1-9][0-9]{0,5})\\s+"
              + "-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

  public PayloadKey {
    if (version < 1 || key.getModulus().bitLength() < LEAST_BITS) {
      throw new IllegalArgumentException(
          "payload key: allowed is RSA of at least " + LEAST_BITS + " bits, in a version from 1");
    }
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it is not of the form above
   */
  public static PayloadKey read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalArgumentException("payload key: " + file + " cannot be read", e);
    }
  }

  static PayloadKey parse(String text) {
    Matcher parts = FILE.matcher(text);
    if (text.length() > MOST_CHARACTERS || !parts.matches()) {
      throw new IllegalArgumentException(
          "payload key: allowed is a line transit:NAME:vVERSION and a public key in PEM");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(parts.group(3));
      return new PayloadKey(
          parts.group(1),
          Integer.parseInt(parts.group(2)),
          (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException | ClassCastException e) {
      throw new IllegalArgumentException("payload key: the key is not RSA", e);
    }
  }

  /** The file's text. */
  public String text() {
    String der = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
    return "transit:%s:v%d\n-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
        .formatted(name, version, der);
  }
}
