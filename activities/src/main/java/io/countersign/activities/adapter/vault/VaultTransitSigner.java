package io.countersign.activities.adapter.vault;

import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.StatementSigner;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.github.jopenlibs.vault.json.JsonObject;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Signs in Vault's transit engine. The version of the key is chosen when the signer is made and
 * stays: after a rotation {@link #renewed} takes the new version, and statements of the old one
 * still verify with {@link #publicKeys}.
 */
public final class VaultTransitSigner implements StatementSigner {
  static final String MOUNT = "transit";
  static final String KEY = "countersign-gate";

  /** SubjectPublicKeyInfo of a raw Ed25519 key: RFC 8410, section 4. */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final VaultClient grant;
  private final VaultClient watch;
  private final SortedMap<String, PublicKey> keys;
  private final int version;

  /**
   * @param grantAs may sign
   * @param watchAs may read the public keys
   */
  public VaultTransitSigner(
      VaultSettings settings, VaultIdentity grantAs, VaultIdentity watchAs, Clock clock) {
    this(new VaultClient(settings, grantAs, clock), new VaultClient(settings, watchAs, clock));
  }

  private VaultTransitSigner(VaultClient grant, VaultClient watch) {
    this.grant = grant;
    this.watch = watch;
    JsonObject data =
        watch
            .read(MOUNT + "/keys/" + KEY)
            .orElseThrow(
                () -> new GateException(FailureType.NOT_ONBOARDED, "no transit key " + KEY));
    this.version = data.getInt("latest_version");
    SortedMap<String, PublicKey> found = new TreeMap<>();
    for (JsonObject.Member member : data.get("keys").asObject()) {
      found.put(
          keyId(member.getName()), publicKey(member.getValue().asObject().getString("public_key")));
    }
    this.keys = Collections.unmodifiableSortedMap(found);
  }

  /** The signer for the newest version as it is now, with the same identities. */
  public VaultTransitSigner renewed() {
    return new VaultTransitSigner(grant, watch);
  }

  /** This signer with the public keys of all versions. */
  public GateKey key() {
    return new GateKey(this, keys.values());
  }

  @Override
  public String keyId() {
    return keyId(Integer.toString(version));
  }

  @Override
  public byte[] sign(byte[] message) {
    String signature =
        grant
            .write(
                MOUNT + "/sign/" + KEY,
                Map.of(
                    "input", Base64.getEncoder().encodeToString(message), "key_version", version))
            .map(data -> data.getString("signature"))
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.VAULT_UNAVAILABLE, "transit answered no signature"));
    String prefix = "vault:v" + version + ":";
    if (!signature.startsWith(prefix)) {
      throw new GateException(
          FailureType.VAULT_UNAVAILABLE, "transit signed with another version of the key");
    }
    return Base64.getDecoder().decode(signature.substring(prefix.length()));
  }

  @Override
  public PublicKey publicKey() {
    return Objects.requireNonNull(keys.get(keyId()));
  }

  /** The public keys of all versions by key id. */
  public SortedMap<String, PublicKey> publicKeys() {
    return keys;
  }

  private static String keyId(String version) {
    return "transit:" + KEY + ":v" + version;
  }

  private static PublicKey publicKey(String base64) {
    byte[] raw = Base64.getDecoder().decode(base64);
    byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + raw.length);
    System.arraycopy(raw, 0, encoded, ED25519_PREFIX.length, raw.length);
    try {
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (NoSuchAlgorithmException | InvalidKeySpecException e) {
      throw new GateException(
          FailureType.NOT_ONBOARDED, "the transit key " + KEY + " is not Ed25519");
    }
  }
}
