package io.countersign.activities.adapter.vault;

import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.TokenTtl;
import io.countersign.release.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The gate's own two access policies, as HCL. Vault enforces them: whatever the gate is made to ask
 * for, it can write only roles of these shapes and revoke only these slots. Values are literal
 * strings, because HashiCorp Vault compares a list item by item and OpenBao as a whole; paths have
 * no {@code *} except below a system's own dynamic secrets.
 */
public final class GatePolicies {
  public static final String GRANT = "countersign-grant";
  public static final String WATCH = "countersign-watch";

  private GatePolicies() {}

  /**
   * May write and delete the roles of every slot within what was onboarded, empty these slots, and
   * sign.
   */
  public static String grant(List<SystemOnboarding> systems) {
    StringBuilder hcl = new StringBuilder();
    hcl.append(
        "# The gate's grant identity: roles of the onboarded shape, and the end of what they gave.\n");
    hcl.append("# Rendered; change the gate's configuration and render again.\n");
    stanza(hcl, "transit/sign/" + VaultTransitSigner.KEY, "update");
    for (SystemOnboarding system : systems) {
      for (Slot slot : Slot.values()) {
        String mount = VaultSlots.mount(system.system(), slot);
        hcl.append("\n# ").append(system.system()).append(", slot ").append(slot).append("\n");
        SlotRole probe = SlotRole.probe(slot, system.subject(), system.audience());
        role(hcl, mount + "/role/+", roleValues(system, probe));
        hcl.append("# Proves the identity and may name no policies.\n");
        role(hcl, mount + "/role/" + SlotRole.PROBE, single(probe.fields()));
        stanza(hcl, "sys/leases/revoke-prefix/" + mount + "/login", "update", "sudo");
      }
    }
    return hcl.toString();
  }

  /**
   * May look at the roles, tokens and configuration of every slot and at the policies in scope, and
   * open payloads. Writes nothing.
   */
  public static String watch(List<SystemOnboarding> systems) {
    StringBuilder hcl = new StringBuilder();
    hcl.append("# The gate's watch identity: reads alone, payloads included.\n");
    hcl.append("# Rendered; change the gate's configuration and render again.\n");
    stanza(hcl, "transit/keys/" + VaultTransitSigner.KEY, "read");
    hcl.append("\n# Payloads in Temporal, where they are sealed\n");
    stanza(hcl, "transit/keys/" + VaultKeyUnwrapping.KEY, "read");
    stanza(hcl, "transit/decrypt/" + VaultKeyUnwrapping.KEY, "update");
    hcl.append("\n# Which audit devices are on; sudo on this one path lists and does no more\n");
    stanza(hcl, "sys/audit", "read", "sudo");
    TreeSet<String> policies = new TreeSet<>();
    TreeSet<String> leases = new TreeSet<>();
    KeyValueRights ages = new KeyValueRights();
    for (SystemOnboarding system : systems) {
      policies.addAll(system.policyNames());
      leases.addAll(system.dynamicSecrets());
      system.staticSecrets().forEach(ages::add);
      for (Slot slot : Slot.values()) {
        String mount = VaultSlots.mount(system.system(), slot);
        hcl.append("\n# ").append(system.system()).append(", slot ").append(slot).append("\n");
        stanza(hcl, mount + "/config", "read");
        stanza(hcl, mount + "/role", "list");
        stanza(hcl, mount + "/role/+", "read");
        stanza(hcl, mount + "/cel/role", "list");
        stanza(hcl, "sys/leases/lookup/" + mount + "/login", "list", "sudo");
      }
    }
    hcl.append("\n# Policies in scope\n");
    policies.forEach(name -> stanza(hcl, "sys/policies/acl/" + name, "read"));
    ages.stanzas(
        (path, capabilities) -> stanza(hcl, path, capabilities.toArray(String[]::new)),
        () -> hcl.append("\n# When static secrets were changed, never what they hold\n"));
    if (!leases.isEmpty()) {
      hcl.append("\n# Leases that revoked tokens may have left behind\n");
      for (String prefix : leases) {
        stanza(hcl, "sys/leases/lookup/" + prefix, "list", "sudo");
        stanza(hcl, "sys/leases/lookup/" + prefix + "/*", "list", "sudo");
      }
      hcl.append(
              "path \"sys/leases/lookup\" {\n  capabilities = [\"update\"]\n  allowed_parameters = {\n    \"lease_id\" = ")
          .append(list(leases.stream().map(prefix -> prefix + "/*").toList()))
          .append("\n  }\n}\n");
    }
    return hcl.toString();
  }

  private static SortedMap<String, List<String>> roleValues(
      SystemOnboarding system, SlotRole probe) {
    SortedMap<String, List<String>> values = single(probe.fields());
    values.put(
        "token_policies",
        system.approvedPolicies().stream().map(set -> String.join(",", set)).toList());
    values.put("token_ttl", seconds(system.maxTokenTtl()));
    values.put("token_explicit_max_ttl", seconds(system.maxValidity()));
    return values;
  }

  private static SortedMap<String, List<String>> single(Map<String, String> fields) {
    SortedMap<String, List<String>> values = new TreeMap<>();
    fields.forEach((name, value) -> values.put(name, List.of(value)));
    return values;
  }

  private static List<String> seconds(Span cap) {
    return TokenTtl.upTo(cap).stream().map(span -> Long.toString(span.seconds())).toList();
  }

  private static void role(StringBuilder hcl, String path, SortedMap<String, List<String>> values) {
    hcl.append("path \"")
        .append(path)
        .append("\" {\n  capabilities = [\"create\", \"update\", \"delete\"]\n");
    // Everything is required: a parameter left out takes Vault's default, and most defaults are
    // wide.
    hcl.append("  required_parameters = ")
        .append(list(new ArrayList<>(values.keySet())))
        .append("\n");
    hcl.append("  allowed_parameters = {\n");
    values.forEach(
        (name, allowed) ->
            hcl.append("    \"").append(name).append("\" = ").append(list(allowed)).append("\n"));
    hcl.append("  }\n}\n");
  }

  private static void stanza(StringBuilder hcl, String path, String... capabilities) {
    hcl.append("path \"")
        .append(path)
        .append("\" {\n  capabilities = ")
        .append(list(List.of(capabilities)))
        .append("\n}\n");
  }

  private static String list(List<String> values) {
    return values.stream()
        .map(value -> '"' + value + '"')
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
