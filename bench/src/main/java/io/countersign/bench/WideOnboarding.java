package io.countersign.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.countersign.activities.adapter.vault.GatePolicies;
import io.countersign.activities.adapter.vault.SystemOnboarding;
import io.countersign.activities.adapter.vault.VaultOnboarding;
import io.countersign.activities.adapter.vault.VaultSettings;
import io.countersign.activities.engine.VaultServer;
import io.countersign.activity.GateJson;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Onboardings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Onboards more systems than one Vault policy can hold: a policy is one entry of Vault's storage,
 * at most 1 MiB, and the gate's own names every slot with all that may be written there. The slots
 * are those of the product; the gate's two identities get policies with wildcards, which no
 * installation should copy. What the worker at rest costs does not depend on them.
 */
final class WideOnboarding {
  /** So many systems fit into the gate's own policies. */
  static final int NARROW = 100;

  private static final String ALL_SLOTS = "auth/countersign/*";

  private WideOnboarding() {}

  static void onboard(VaultServer vault, Fleet fleet) throws IOException {
    List<SystemOnboarding> all =
        Onboardings.of(
            GateAssembly.reader().gate(fleet.directory().resolve("gate.yaml")).policy(),
            fleet.directory());
    VaultOnboarding onboarding =
        new VaultOnboarding(
            VaultSettings.of(vault.address()), vault.rootToken(), Clock.systemUTC());
    for (int from = 0; from < all.size(); from += NARROW) {
      onboarding.onboard(all.subList(from, Math.min(all.size(), from + NARROW)));
    }
    policy(
        vault,
        GatePolicies.GRANT,
        path(ALL_SLOTS, "create", "update", "delete")
            + path("sys/leases/revoke-prefix/" + ALL_SLOTS, "update", "sudo")
            + path("transit/sign/*", "update"));
    policy(
        vault,
        GatePolicies.WATCH,
        path(ALL_SLOTS, "read", "list")
            + path("sys/leases/lookup/" + ALL_SLOTS, "list", "sudo")
            + path("sys/policies/acl/+", "read")
            + path("transit/keys/*", "read"));
  }

  private static String path(String path, String... capabilities) {
    return "path \"%s\" { capabilities = [\"%s\"] }\n"
        .formatted(path, String.join("\", \"", capabilities));
  }

  private static void policy(VaultServer vault, String name, String body) {
    try {
      int status =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(vault.address().resolve("/v1/sys/policies/acl/" + name))
                      .header("X-Vault-Token", vault.rootToken().reveal())
                      .PUT(BodyPublishers.ofString(json(Map.of("policy", body))))
                      .build(),
                  BodyHandlers.discarding())
              .statusCode();
      if (status >= 300) {
        throw new IllegalStateException("policy " + name + ": " + status);
      }
    } catch (IOException e) {
      throw new IllegalStateException("Vault does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String json(Map<String, String> body) throws JsonProcessingException {
    return GateJson.mapper().writeValueAsString(body);
  }
}
