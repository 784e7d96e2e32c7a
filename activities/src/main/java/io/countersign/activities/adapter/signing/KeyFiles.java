package io.countersign.activities.adapter.signing;

import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.VerificationKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.EnumSet;
import java.util.Set;

/** Key files: read where they lie, never changed or copied; made once, never overwritten. */
public final class KeyFiles {
  private static final int LIMIT = 64 * 1024;
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private KeyFiles() {}

  /** Reads a public key file. */
  public static VerificationKey readPublic(Path file) {
    return named(file, () -> Keys.publicKey(text(file)));
  }

  /** Reads a private key file that nobody but its owner may touch. */
  public static SigningKey readPrivate(Path file, Keys.Passphrase passphrase) {
    return named(
        file,
        () -> {
          requirePrivate(file);
          return Keys.privateKey(text(file), passphrase);
        });
  }

  /** Makes a key pair: PKCS#8 for its owner alone, and the public half for everybody. */
  public static SigningKey generate(KeyAlgorithm algorithm, Path privateFile, Path publicFile) {
    return named(
        privateFile,
        () -> {
          KeyPair pair = pair(algorithm);
          SigningKey key = SigningKey.of(pair.getPrivate());
          create(
              privateFile, "rw-------", Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded()));
          try {
            create(
                publicFile, "rw-r--r--", Pem.write("PUBLIC KEY", key.verificationKey().encoded()));
          } catch (IOException e) {
            Files.delete(privateFile);
            throw e;
          }
          return key;
        });
  }

  private static KeyPair pair(KeyAlgorithm algorithm) {
    try {
      if (algorithm == KeyAlgorithm.ED25519) {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      }
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every supported Java platform makes such keys", e);
    }
  }

  private static void create(Path file, String permissions, String text) throws IOException {
    FileAttribute<?>[] attributes =
        file.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
            }
            : new FileAttribute<?>[0];
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file) && Files.exists(file)) {
      throw new IllegalArgumentException("key: found something else than a regular file");
    }
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw new IllegalArgumentException("key: found more than " + LIMIT + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("key: found bytes that are not text");
    }
  }

  /** As ssh does: a key that others can read is not its owner's alone any more. */
  private static void requirePrivate(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null && !OWNER.containsAll(view.readAttributes().permissions())) {
      throw new IllegalArgumentException(
          "key: found permissions "
              + PosixFilePermissions.toString(view.readAttributes().permissions())
              + ", allowed are those of the owner alone; chmod 600 mends it");
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T named(Path file, Work<T> work) {
    try {
      return work.run();
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": there is no such file");
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException(e.getFile() + ": exists already and is left as it is");
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read or written");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage());
    }
  }
}
