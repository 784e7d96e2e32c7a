package io.countersign.activities.adapter.vault;

import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.release.Span;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Auth;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sets Vault up for the gate with an administrator's token. Idempotent. Never used by a serving
 * worker.
 */
public final class VaultOnboarding {
  private final VaultClient admin;
  private final Vault driver;

  public VaultOnboarding(VaultSettings settings, SecretText administrator, Clock clock) {
    this.admin = new VaultClient(settings, new VaultIdentity.HeldToken(administrator), clock);
    this.driver = new VaultDriver(settings).with(administrator);
  }

  /**
   * Everything for these systems: slots, the signing key, and the gate's two policies over all of
   * them.
   */
  public void onboard(List<SystemOnboarding> systems) {
    systems.forEach(this::slots);
    signingKey();
    admin.write(
        "sys/policies/acl/" + GatePolicies.GRANT, Map.of("policy", GatePolicies.grant(systems)));
    admin.write(
        "sys/policies/acl/" + GatePolicies.WATCH, Map.of("policy", GatePolicies.watch(systems)));
  }

  /** A token for development that carries one of the gate's policies and nothing else. */
  public SecretText developmentToken(String policy, Span ttl) {
    try {
      Auth.TokenRequest request =
          new Auth.TokenRequest()
              .noParent(true)
              .noDefaultPolicy(true)
              .polices(List.of(VaultNames.policy(policy)))
              .ttl(ttl.seconds() + "s");
      return SecretText.of(driver.auth().createToken(request).getAuthClientToken());
    } catch (VaultException e) {
      throw VaultDriver.unavailable("creation of a development token", e);
    }
  }

  /** The two slots of one system and the entity that both belong to. */
  private void slots(SystemOnboarding system) {
    admin.write("identity/entity/name/" + system.entityName(), Map.of());
    String entity =
        admin
            .read("identity/entity/name/" + system.entityName())
            .map(data -> data.getString("id"))
            .orElseThrow(
                () -> new GateException(FailureType.VAULT_UNAVAILABLE, "the entity did not last"));
    for (Slot slot : Slot.values()) {
      String mount = system.system().mount(slot);
      String accessor = mount(mount);
      admin.write("auth/" + mount + "/config", config(system));
      // Service tokens alone have leases; a batch token could not be revoked.
      admin.write(
          "sys/auth/" + mount + "/tune",
          Map.of(
              "token_type", "default-service",
              "default_lease_ttl", system.maxTokenTtl().seconds() + "s",
              "max_lease_ttl", system.maxValidity().seconds() + "s"));
      admin.write(
          "identity/entity-alias",
          Map.of("name", system.subject(), "canonical_id", entity, "mount_accessor", accessor));
    }
  }

  private void signingKey() {
    JsonObject mounts = all("sys/mounts");
    if (mounts.get(VaultTransitSigner.MOUNT + "/") == null) {
      admin.write("sys/mounts/" + VaultTransitSigner.MOUNT, Map.of("type", "transit"));
    }
    admin.write(
        VaultTransitSigner.MOUNT + "/keys/" + VaultTransitSigner.KEY, Map.of("type", "ed25519"));
    admin.write(
        VaultTransitSigner.MOUNT + "/keys/" + VaultKeyUnwrapping.KEY,
        Map.of("type", VaultKeyUnwrapping.TYPE));
  }

  /** Enables the JWT mount if it is not there and answers its accessor. */
  private String mount(String path) {
    JsonValue found = all("sys/auth").get(path + "/");
    if (found == null) {
      admin.write("sys/auth/" + path, Map.of("type", "jwt"));
      found = all("sys/auth").get(path + "/");
    }
    if (found == null || !"jwt".equals(found.asObject().getString("type"))) {
      throw new GateException(FailureType.RECORD_CONFLICT, "auth/" + path + " is not a JWT mount");
    }
    return found.asObject().getString("accessor");
  }

  private JsonObject all(String path) {
    return admin
        .read(path)
        .orElseThrow(
            () -> new GateException(FailureType.VAULT_UNAVAILABLE, path + " cannot be read"));
  }

  private static Map<String, Object> config(SystemOnboarding system) {
    Map<String, Object> config = new HashMap<>();
    config.put("bound_issuer", system.issuer());
    config.put("jwt_supported_algs", array(system.algorithms()));
    // Both are always written, so that a change from one to the other leaves nothing of the old
    // behind.
    config.put("jwt_validation_pubkeys", array(system.publicKeys()));
    config.put("jwks_url", system.jwksUrl() == null ? "" : system.jwksUrl().toString());
    return config;
  }

  private static JsonArray array(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }
}
