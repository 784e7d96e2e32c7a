package io.countersign.activities.adapter.vault;

import io.countersign.activities.port.KeyUnwrapping;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.github.jopenlibs.vault.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Opens data keys with an RSA key of Vault's transit engine (RSAES-OAEP with SHA-256, RFC 8017,
 * section 7.1). The private key never leaves Vault.
 */
public final class VaultKeyUnwrapping implements KeyUnwrapping {
  /** The name of the key that {@code vault onboard} makes. */
  public static final String KEY = "countersign-payload";

  /** What the key is made as; Vault's {@code type} of transit keys. */
  static final String TYPE = "rsa-3072";

  /** A payload is read on the thread of a workflow task, which has a second. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final VaultClient watch;

  /**
   * @param watchAs may read the public key and decrypt with it
   */
  public VaultKeyUnwrapping(VaultSettings settings, VaultIdentity watchAs, Clock clock) {
    VaultSettings hasty =
        new VaultSettings(
            settings.address(), settings.namespace(), settings.caPem(), PATIENCE, PATIENCE);
    this.watch = new VaultClient(hasty, watchAs, clock);
  }

  /**
   * The newest version of the public key.
   *
   * @param version from 1
   */
  public record Newest(int version, RSAPublicKey key) {}

  /** Reads the public key to wrap with; NOT_ONBOARDED where there is none. */
  public Newest newest() {
    JsonObject data =
        watch
            .read(VaultTransitSigner.MOUNT + "/keys/" + KEY)
            .orElseThrow(() -> notRsa("no transit key " + KEY));
    int version = data.getInt("latest_version");
    String pem =
        data.get("keys")
            .asObject()
            .get(Integer.toString(version))
            .asObject()
            .getString("public_key");
    if (pem == null) {
      throw notRsa("the transit key " + KEY + " is not RSA");
    }
    try {
      byte[] der =
          Base64.getMimeDecoder()
              .decode(pem.replaceAll("-----(?:BEGIN|END) PUBLIC KEY-----", "").strip());
      return new Newest(
          version,
          (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException | ClassCastException | IllegalArgumentException e) {
      throw notRsa("the transit key " + KEY + " is not RSA");
    }
  }

  @Override
  public Optional<byte[]> unwrap(String wrapped) {
    return watch
        .ask(VaultTransitSigner.MOUNT + "/decrypt/" + KEY, Map.of("ciphertext", wrapped))
        .map(data -> data.getString("plaintext"))
        .map(Base64.getDecoder()::decode);
  }

  private static GateException notRsa(String detail) {
    return new GateException(FailureType.NOT_ONBOARDED, detail);
  }
}
