package io.countersign.worker.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.vault.VaultTransitSigner;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whom this installation's evidence is signed by, in the fields of {@code trust.yaml}. All of it is
 * public. An auditor who has it from the gate alone trusts the gate: it is to be compared with what
 * the policy owners say.
 */
public final class TrustMaterial {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

  private final Settings settings;
  private final Supplier<? extends Map<String, PublicKey>> gateKeys;

  /**
   * @param gateKeys every version of the gate's key by its id, asked each time
   */
  TrustMaterial(Settings settings, Supplier<? extends Map<String, PublicKey>> gateKeys) {
    this.settings = settings;
    this.gateKeys = gateKeys;
  }

  /** What these settings' own Vault says of its keys. */
  public static TrustMaterial of(Settings settings) {
    VaultTransitSigner signer =
        new VaultTransitSigner(
            settings.vault(), settings.vaultGrant(), settings.vaultWatch(), Clock.systemUTC());
    return new TrustMaterial(settings, signer::publicKeys);
  }

  /** As JSON; read anew each time, so that a rotated key is there at once. */
  public ObjectNode json() {
    ObjectNode trust = JsonNodeFactory.instance.objectNode();
    trust.put("apiVersion", "countersign.io/v1").put("kind", "Trust");
    if (settings.development()) {
      trust.put("unsignedRules", true);
    } else {
      GateAssembly.reader()
          .approvers(settings.policyOwnersFile())
          .approvers()
          .people()
          .forEach(owner -> trust.withArray("policyOwners").add(owner(owner)));
    }
    gateKeys
        .get()
        .forEach(
            (id, key) ->
                trust.withArray("gateKeys").addObject().put("id", id).put("publicKey", pem(key)));
    certificates()
        .ifPresent(
            pem -> {
              Matcher one = CERTIFICATE.matcher(pem);
              while (one.find()) {
                trust.withArray("timeStampAuthorities").add(one.group() + "\n");
              }
            });
    return trust;
  }

  private Optional<String> certificates() {
    return settings.timeStampCertificates().map(TrustMaterial::read);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new GateException(FailureType.RULES_UNUSABLE, file + ": cannot be read", e);
    }
  }

  private static ObjectNode owner(Person person) {
    ObjectNode owner = JsonNodeFactory.instance.objectNode().put("id", person.id());
    for (PersonKey key : person.keys()) {
      ObjectNode one = owner.withArray("keys").addObject().put("publicKey", key.publicKey());
      put(one, "notBefore", key.notBefore());
      put(one, "notAfter", key.notAfter());
      put(one, "revokedAt", key.revokedAt());
    }
    put(owner, "validFrom", person.validFrom());
    put(owner, "validUntil", person.validUntil());
    put(owner, "withdrawnAt", person.withdrawnAt());
    return owner;
  }

  private static void put(ObjectNode node, String name, @Nullable Object value) {
    if (value != null) {
      node.put(name, value.toString());
    }
  }

  private static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }
}
