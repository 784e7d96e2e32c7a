package io.countersign.activities.adapter.vault;

import io.countersign.grant.Slot;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an administrator runs to onboard one system, for those who let no program do it: the same
 * steps as {@link VaultOnboarding}. The gate's policies cover all systems, so both texts take the
 * whole list beside the one system. Values need no escaping: {@link SystemOnboarding} refuses what
 * shells, HCL and Terraform would read as anything else.
 */
public final class OnboardingText {
  private OnboardingText() {}

  /** A POSIX shell script for the command line of HashiCorp Vault or OpenBao. May be run again. */
  public static String shell(SystemOnboarding system, List<SystemOnboarding> all) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        #!/bin/sh
        # Onboards %s. Needs VAULT_ADDR and an administrator's VAULT_TOKEN; may be run again.
        set -eu
        cli=$(command -v vault || command -v bao)
        "$cli" write -force 'identity/entity/name/%s' >/dev/null
        entity=$("$cli" read -field=id 'identity/entity/name/%s')
        """
            .formatted(system.system(), system.entityName(), system.entityName()));
    for (Slot slot : Slot.values()) {
      text.append(shell(system, system.system().mount(slot)));
    }
    text.append(
        """

        "$cli" read sys/mounts/%1$s/tune >/dev/null 2>&1 || "$cli" secrets enable -path=%1$s transit
        "$cli" write %1$s/keys/%2$s type=ed25519 >/dev/null
        "$cli" write %1$s/keys/%3$s type=%4$s >/dev/null
        """
            .formatted(
                VaultTransitSigner.MOUNT,
                VaultTransitSigner.KEY,
                VaultKeyUnwrapping.KEY,
                VaultKeyUnwrapping.TYPE));
    text.append(policy(GatePolicies.GRANT, GatePolicies.grant(all)));
    text.append(policy(GatePolicies.WATCH, GatePolicies.watch(all)));
    return text.toString();
  }

  /** The same for Terraform with the provider {@code hashicorp/vault}. */
  public static String terraform(SystemOnboarding system, List<SystemOnboarding> all) {
    String name = system.system().environment() + "_" + system.system().system();
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Onboards %s.
        resource "vault_identity_entity" "%s" {
          name = "%s"
        }
        """
            .formatted(system.system(), name, system.entityName()));
    for (Slot slot : Slot.values()) {
      text.append(terraform(system, name, slot));
    }
    text.append(
        """

        resource "vault_mount" "%1$s" {
          path = "%1$s"
          type = "transit"
        }

        resource "vault_transit_secret_backend_key" "countersign_gate" {
          backend = vault_mount.%1$s.path
          name    = "%2$s"
          type    = "ed25519"
        }

        resource "vault_transit_secret_backend_key" "countersign_payload" {
          backend = vault_mount.%1$s.path
          name    = "%3$s"
          type    = "%4$s"
        }
        """
            .formatted(
                VaultTransitSigner.MOUNT,
                VaultTransitSigner.KEY,
                VaultKeyUnwrapping.KEY,
                VaultKeyUnwrapping.TYPE));
    text.append(terraformPolicy(GatePolicies.GRANT, GatePolicies.grant(all)));
    text.append(terraformPolicy(GatePolicies.WATCH, GatePolicies.watch(all)));
    return text.toString();
  }

  private static String shell(SystemOnboarding system, String mount) {
    return """

        "$cli" read 'sys/auth/%1$s/tune' >/dev/null 2>&1 || "$cli" auth enable -path='%1$s' jwt
        "$cli" write 'auth/%1$s/config' - >/dev/null <<'JSON'
        %2$s
        JSON
        "$cli" write 'sys/auth/%1$s/tune' token_type=default-service \\
          default_lease_ttl=%3$ds max_lease_ttl=%4$ds >/dev/null
        accessor=$("$cli" read -field=accessor 'sys/auth/%1$s')
        "$cli" write identity/entity-alias name='%5$s' canonical_id="$entity" mount_accessor="$accessor" >/dev/null
        """
        .formatted(
            mount,
            configJson(system),
            system.maxTokenTtl().seconds(),
            system.maxValidity().seconds(),
            system.subject());
  }

  private static String terraform(SystemOnboarding system, String name, Slot slot) {
    String source =
        system.jwksUrl() == null
            ? "jwt_validation_pubkeys = [" + heredocs(system.publicKeys()) + "]"
            : "jwks_url               = \"" + system.jwksUrl() + "\"";
    return """

        resource "vault_jwt_auth_backend" "%1$s_%2$s" {
          type                   = "jwt"
          path                   = "%3$s"
          bound_issuer           = "%4$s"
          jwt_supported_algs     = %5$s
          %6$s
          tune {
            token_type        = "default-service"
            default_lease_ttl = "%7$ds"
            max_lease_ttl     = "%8$ds"
          }
        }

        resource "vault_identity_entity_alias" "%1$s_%2$s" {
          name           = "%9$s"
          mount_accessor = vault_jwt_auth_backend.%1$s_%2$s.accessor
          canonical_id   = vault_identity_entity.%1$s.id
        }
        """
        .formatted(
            name,
            slot,
            system.system().mount(slot),
            system.issuer(),
            quoted(system.algorithms()),
            source,
            system.maxTokenTtl().seconds(),
            system.maxValidity().seconds(),
            system.subject());
  }

  private static String configJson(SystemOnboarding system) {
    String keys =
        quoted(system.publicKeys().stream().map(key -> key.replace("\n", "\\n")).toList());
    return "{\"bound_issuer\": \"%s\", \"jwt_supported_algs\": %s, \"jwt_validation_pubkeys\": %s, \"jwks_url\": \"%s\"}"
        .formatted(
            system.issuer(),
            quoted(system.algorithms()),
            keys,
            system.jwksUrl() == null ? "" : system.jwksUrl());
  }

  private static String policy(String name, String hcl) {
    return "\n\"$cli\" policy write " + name + " - <<'HCL'\n" + hcl + "HCL\n";
  }

  private static String terraformPolicy(String name, String hcl) {
    return "\nresource \"vault_policy\" \""
        + name.replace('-', '_')
        + "\" {\n  name   = \""
        + name
        + "\"\n  policy = <<-HCL\n"
        + hcl.indent(4)
        + "  HCL\n}\n";
  }

  private static String heredocs(List<String> keys) {
    return keys.stream()
        .map(key -> "<<-PEM\n" + key.indent(4) + "  PEM\n  ")
        .collect(Collectors.joining(", "));
  }

  private static String quoted(List<String> values) {
    return values.stream()
        .map(value -> '"' + value + '"')
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
