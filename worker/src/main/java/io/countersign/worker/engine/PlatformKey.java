package io.countersign.worker.engine;

import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.signoff.KeyAlgorithm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * The key with which the example's platform signs its workloads' JWTs: what a cluster's service
 * account issuer would have.
 */
final class PlatformKey {
  private PlatformKey() {}

  static void generate(Path privateFile, Path publicFile) {
    KeyFiles.generate(KeyAlgorithm.ECDSA_P256, privateFile, publicFile);
  }

  static ECPrivateKey read(Path file) {
    try {
      String pem = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
      return (ECPrivateKey)
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(file + " is not the key that was written there", e);
    }
  }
}
