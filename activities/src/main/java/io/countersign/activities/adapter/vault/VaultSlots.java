package io.countersign.activities.adapter.vault;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.grant.Inspection;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks at slots and policies with the watch identity. Writes nothing. */
final class VaultSlots {
  private final VaultClient watch;

  VaultSlots(VaultClient watch) {
    this.watch = watch;
  }

  Inspection inspect(SystemRef system, Slot slot) {
    String mount = mount(system, slot);
    // Vault answers "not there" for an empty list and for a missing mount alike; the mount's
    // configuration tells.
    config(system, slot);
    List<SlotRole> roles = new ArrayList<>();
    for (String name : watch.list(mount + "/role")) {
      watch
          .read(mount + "/role/" + name)
          .ifPresent(data -> roles.add(VaultRoles.role(slot, name, data)));
    }
    // OpenBao has a second kind of role, decided by CEL programs. The gate never writes one.
    for (String name : watch.list(mount + "/cel/role")) {
      SortedMap<String, String> fields = new TreeMap<>(Map.of("role_type", "cel"));
      roles.add(new SlotRole(slot, "cel/" + name, fields));
    }
    return new Inspection(system, slot, roles, leases(system, slot));
  }

  /** Tokens alive that logged in to this slot. Their names are dropped at once. */
  int leases(SystemRef system, Slot slot) {
    return watch.list("sys/leases/lookup/" + mount(system, slot) + "/login").size();
  }

  /**
   * Whether the role can be read: the hard fact about a role, as a login answers 400 for many
   * reasons.
   */
  boolean roleExists(SystemRef system, Slot slot, String name) {
    return watch.read(mount(system, slot) + "/role/" + name).isPresent();
  }

  /**
   * Leases below this prefix that are past their end and still there: Vault could not take back
   * what it lent out. Revoking a token moves the end of what it borrowed to now.
   */
  int overdue(String prefix) {
    int count = 0;
    for (String name : watch.list("sys/leases/lookup/" + prefix)) {
      if (name.endsWith("/")) {
        count += overdue(prefix + "/" + name.substring(0, name.length() - 1));
        continue;
      }
      Optional<JsonObject> lease =
          watch.ask("sys/leases/lookup", Map.of("lease_id", prefix + "/" + name));
      if (lease.isPresent() && ended(lease.get())) {
        count++;
      }
    }
    return count;
  }

  SortedMap<String, String> policies(List<String> names) {
    SortedMap<String, String> bodies = new TreeMap<>();
    for (String name : names) {
      String body =
          watch
              .read("sys/policies/acl/" + VaultNames.policy(name))
              .map(data -> data.getString("policy"))
              .orElseThrow(
                  () -> new GateException(FailureType.OUTSIDE_POLICY, "no Vault policy " + name));
      bodies.put(name, body);
    }
    return bodies;
  }

  SlotIdentity identity(SystemRef system, Slot slot) {
    JsonObject config = config(system, slot);
    List<String> keys = strings(config.get("jwt_validation_pubkeys"));
    String jwks = config.getString("jwks_url", "");
    String oidc = config.getString("oidc_discovery_url", "");
    String source =
        !keys.isEmpty() ? "keys" : !jwks.isEmpty() ? "jwks" : !oidc.isEmpty() ? "oidc" : "none";
    return new SlotIdentity(
        config.getString("bound_issuer", ""),
        strings(config.get("jwt_supported_algs")),
        source,
        keys.isEmpty() ? SlotIdentity.keys(jwks + oidc) : SlotIdentity.keys(keys),
        (jwks + oidc).startsWith("http://"));
  }

  IdentityBinding identity(SystemRef system) {
    return new IdentityBinding(system, identity(system, Slot.A), identity(system, Slot.B));
  }

  static String mount(SystemRef system, Slot slot) {
    return "auth/" + system.mount(slot);
  }

  private JsonObject config(SystemRef system, Slot slot) {
    return watch
        .read(mount(system, slot) + "/config")
        .orElseThrow(
            () ->
                new GateException(
                    FailureType.NOT_ONBOARDED, "no configured mount " + mount(system, slot)));
  }

  /**
   * By Vault's own clock: the two machines' clocks may differ. What cannot be told counts as left.
   */
  private static boolean ended(JsonObject lease) {
    JsonValue remaining = lease.get("ttl");
    return remaining == null || !remaining.isNumber() || remaining.asLong() <= 0;
  }

  private static List<String> strings(JsonValue value) {
    if (value == null || !value.isArray()) {
      return List.of();
    }
    List<String> items = new ArrayList<>();
    value.asArray().forEach(item -> items.add(item.asString()));
    return items;
  }
}
