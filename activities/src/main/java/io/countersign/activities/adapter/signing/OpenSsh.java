package io.countersign.activities.adapter.signing;

import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.VerificationKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** OpenSSH's own key formats, for Ed25519. */
final class OpenSsh {
  static final String PRIVATE_LABEL = "OPENSSH PRIVATE KEY";

  private static final String TYPE = "ssh-ed25519";
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final int LENGTH = 32;

  private OpenSsh() {}

  /** Reads {@code ssh-ed25519 AAAA… comment}. */
  static VerificationKey publicLine(String line) {
    String[] parts = line.strip().split("[ \t]+", 3);
    if (!parts[0].equals(TYPE)) {
      throw new IllegalArgumentException(
          "key: found "
              + Malformed.shown(parts[0])
              + ", allowed are a PEM block PUBLIC KEY or a line that begins with "
              + TYPE);
    }
    if (parts.length < 2 || line.strip().lines().count() != 1) {
      throw new IllegalArgumentException(
          "key: allowed is one line: " + TYPE + ", the key in base64, a comment");
    }
    byte[] blob;
    try {
      blob = Base64.getDecoder().decode(parts[1]);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("key: found an OpenSSH public key that is not base64");
    }
    return publicBlob(blob);
  }

  /** Reads the bytes of an unencrypted private key file. */
  static SigningKey privateKey(byte[] der) {
    if (der.length < MAGIC.length || !Arrays.equals(der, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IllegalArgumentException("key: found an OpenSSH private key of an unknown version");
    }
    SshWire file = new SshWire(Arrays.copyOfRange(der, MAGIC.length, der.length));
    String cipher = file.text();
    String kdf = file.text();
    file.field();
    if (!cipher.equals("none") || !kdf.equals("none")) {
      throw new IllegalArgumentException(
          "key: found an OpenSSH private key with a passphrase, which Countersign does not open; make a key for"
              + " signing with 'countersign keygen', or an encrypted PKCS#8 one with"
              + " 'openssl genpkey -algorithm ed25519 -aes-256-cbc', and have it listed");
    }
    if (file.number() != 1) {
      throw new IllegalArgumentException(
          "key: allowed is an OpenSSH private key file with one key");
    }
    VerificationKey declared = publicBlob(file.field());
    byte[] secret = file.field();
    try {
      SigningKey key = secretPart(secret);
      if (file.remaining().length != 0 || !key.verificationKey().equals(declared)) {
        throw new IllegalArgumentException(
            "key: the halves of the OpenSSH private key do not belong together");
      }
      return key;
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static SigningKey secretPart(byte[] bytes) {
    SshWire secret = new SshWire(bytes);
    int check = secret.number();
    boolean checked = check == secret.number();
    String type = secret.text();
    if (!checked || !type.equals(TYPE)) {
      throw new IllegalArgumentException("key: found an OpenSSH private key that is not " + TYPE);
    }
    secret.field();
    byte[] pair = secret.field();
    if (pair.length != 2 * LENGTH) {
      throw new IllegalArgumentException("key: found an OpenSSH private key of a wrong length");
    }
    byte[] seed = Arrays.copyOf(pair, LENGTH);
    try {
      return SigningKey.of(
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("key: found an OpenSSH private key that cannot sign");
    } finally {
      Arrays.fill(pair, (byte) 0);
      Arrays.fill(seed, (byte) 0);
    }
  }

  private static VerificationKey publicBlob(byte[] blob) {
    SshWire wire = new SshWire(blob);
    String type = wire.text();
    if (!type.equals(TYPE)) {
      throw new IllegalArgumentException(
          "key: found an OpenSSH key of type " + Malformed.shown(type) + ", allowed is " + TYPE);
    }
    byte[] point = wire.field();
    if (wire.remaining().length != 0) {
      throw new IllegalArgumentException("key: found an OpenSSH public key with more behind it");
    }
    return rawPublic(point);
  }

  /** Reads the 32 bytes of RFC 8032 that OpenSSH and JWK both hold. */
  static VerificationKey rawPublic(byte[] point) {
    if (point.length != LENGTH) {
      throw new IllegalArgumentException("key: found an Ed25519 public key of a wrong length");
    }
    boolean odd = point[LENGTH - 1] < 0;
    byte[] y = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      y[i] = point[LENGTH - 1 - i];
    }
    y[0] &= 0x7f;
    try {
      return VerificationKey.of(
          KeyFactory.getInstance("Ed25519")
              .generatePublic(
                  new EdECPublicKeySpec(
                      NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y)))));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("key: found a public key that is no point of Ed25519");
    }
  }
}
