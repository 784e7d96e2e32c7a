package io.countersign.activities.adapter.signing;

import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.VerificationKey;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reads keys from their texts. Refusals are IllegalArgumentExceptions that say what is allowed and
 * never quote a key.
 */
public final class Keys {
  private static final String PKCS8 = "PRIVATE KEY";
  private static final String ENCRYPTED_PKCS8 = "ENCRYPTED PRIVATE KEY";
  private static final Pattern PBES2 =
      Pattern.compile("PBEWithHmacSHA(?:224|256|384|512)AndAES_(?:128|256)");
  private static final String SUBJECT_PUBLIC_KEY_INFO = "PUBLIC KEY";

  private Keys() {}

  /** Asks for the passphrase of an encrypted key; the answer is wiped after use. */
  @FunctionalInterface
  public interface Passphrase {
    /** The passphrase. */
    char[] ask();

    /** For where nobody can be asked: refuses. */
    static char[] unavailable() {
      throw new IllegalArgumentException(
          "key: found an encrypted key, and nobody to ask for its passphrase");
    }
  }

  /**
   * Reads a public key: PEM SubjectPublicKeyInfo, or an OpenSSH line {@code ssh-ed25519 AAAA…
   * comment}.
   */
  public static VerificationKey publicKey(String text) {
    if (!Pem.looksLike(text)) {
      return OpenSsh.publicLine(text);
    }
    Pem pem = Pem.parse(text);
    if (!pem.label().equals(SUBJECT_PUBLIC_KEY_INFO)) {
      throw new IllegalArgumentException(
          "key: found a PEM block " + pem.label() + ", allowed is " + SUBJECT_PUBLIC_KEY_INFO);
    }
    KeySpec spec = new X509EncodedKeySpec(pem.der());
    return VerificationKey.of(decode(factory -> factory.generatePublic(spec)));
  }

  /**
   * Reads a private key: PEM PKCS#8, plain or encrypted with PBES2, or an OpenSSH key file without
   * a passphrase.
   */
  public static SigningKey privateKey(String text, Passphrase passphrase) {
    if (!Pem.looksLike(text)) {
      throw new IllegalArgumentException(
          "key: allowed is a PEM block " + PKCS8 + " or an OpenSSH private key");
    }
    Pem pem = Pem.parse(text);
    try {
      return switch (pem.label()) {
        case PKCS8 -> pkcs8(new PKCS8EncodedKeySpec(pem.der()));
        case ENCRYPTED_PKCS8 -> pkcs8(decrypt(pem.der(), passphrase));
        case OpenSsh.PRIVATE_LABEL -> OpenSsh.privateKey(pem.der());
        default ->
            throw new IllegalArgumentException(
                "key: found a PEM block "
                    + pem.label()
                    + ", allowed is PKCS#8; 'openssl pkcs8 -topk8 -in OLD -out NEW' converts");
      };
    } finally {
      Arrays.fill(pem.der(), (byte) 0);
    }
  }

  private static SigningKey pkcs8(PKCS8EncodedKeySpec spec) {
    PrivateKey key = decode(factory -> factory.generatePrivate(spec));
    return SigningKey.of(key);
  }

  @SuppressWarnings(
      "InsecureCryptoUsage") // The file names its scheme; only those of this pattern are taken.
  private static PKCS8EncodedKeySpec decrypt(byte[] der, Passphrase passphrase) {
    char[] answer = new char[0];
    try {
      EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
      // For PBES2 the parameters' text, not the algorithm's name, is what java.security wants to
      // hear.
      AlgorithmParameters parameters = encrypted.getAlgParameters();
      if (parameters == null || !PBES2.matcher(parameters.toString()).matches()) {
        throw cannotOpen();
      }
      answer = passphrase.ask();
      SecretKey key =
          SecretKeyFactory.getInstance(parameters.toString())
              .generateSecret(new PBEKeySpec(answer));
      Cipher cipher = Cipher.getInstance(parameters.toString());
      cipher.init(Cipher.DECRYPT_MODE, key, parameters);
      return encrypted.getKeySpec(cipher);
    } catch (InvalidKeyException | InvalidKeySpecException e) {
      throw new IllegalArgumentException("key: the passphrase does not open the key");
    } catch (GeneralSecurityException | IOException e) {
      throw cannotOpen();
    } finally {
      Arrays.fill(answer, '\0');
    }
  }

  private static IllegalArgumentException cannotOpen() {
    return new IllegalArgumentException(
        "key: found an encrypted key that cannot be opened, allowed is PKCS#8 with PBES2, HMAC SHA-2 and AES;"
            + " 'openssl genpkey -algorithm ed25519 -aes-256-cbc' makes one");
  }

  @FunctionalInterface
  private interface Decoder<K extends Key> {
    K decode(KeyFactory factory) throws GeneralSecurityException;
  }

  /**
   * The encoding names its algorithm; the factories of the two allowed ones each refuse any other.
   */
  private static <K extends Key> K decode(Decoder<K> decoder) {
    try {
      return decoder.decode(KeyFactory.getInstance("Ed25519"));
    } catch (GeneralSecurityException notEd25519) {
      try {
        return decoder.decode(KeyFactory.getInstance("EC"));
      } catch (GeneralSecurityException notEither) {
        throw new IllegalArgumentException(
            "key: found a key that cannot be read, allowed are Ed25519 and ECDSA on P-256");
      }
    }
  }
}
