package io.countersign.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.countersign.activity.GateJson;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The calls that the gate makes to Vault for one grant and for one revocation, in its order, with
 * its two tokens and with its wait between the two looks of the proof, by a plain HTTP client.
 * Answers are read and thrown away.
 */
final class VaultByHand {
  private static final Duration SETTLE = Duration.ofMillis(250);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI address;
  private final String grantToken;
  private final String watchToken;

  VaultByHand(House house) throws IOException {
    Path home = house.settingsFile.toAbsolutePath().resolveSibling("vault-grant.token");
    this.address = house.engines.vault().address();
    this.grantToken = Files.readString(home);
    this.watchToken = Files.readString(home.resolveSibling("vault-watch.token"));
  }

  /** Policies, the slot, the slot again, the role, the slot with the role, the policies again. */
  void grant(GrantSpec spec) {
    SystemRef system = SystemRef.of(spec.release());
    String mount = mount(system, spec.slot());
    policies(spec);
    inspect(mount);
    policies(spec);
    inspect(mount);
    SlotRole role = SlotRole.of(spec);
    send("PUT", mount + "/role/" + role.name(), grantToken, role.fields());
    inspect(mount);
    look(mount + "/role/" + role.name());
    policies(spec);
  }

  /** The slot with the role; role and tokens away; two looks apart. */
  void revoke(GrantSpec spec) {
    String mount = mount(SystemRef.of(spec.release()), spec.slot());
    String role = mount + "/role/" + spec.release().version();
    inspect(mount);
    look(role);
    send("DELETE", role, grantToken, Map.of());
    leases(mount);
    send("PUT", "sys/leases/revoke-prefix/" + mount + "/login", grantToken, Map.of("sync", true));
    look(role);
    leases(mount);
    Waiting.pause(SETTLE.toMillis());
    look(role);
    leases(mount);
  }

  private void policies(GrantSpec spec) {
    spec.policies().forEach(name -> look("sys/policies/acl/" + name));
  }

  private void inspect(String mount) {
    look(mount + "/config");
    look(mount + "/role?list=true");
    look(mount + "/cel/role?list=true");
    leases(mount);
  }

  private void leases(String mount) {
    look("sys/leases/lookup/" + mount + "/login?list=true");
  }

  private void look(String path) {
    send("GET", path, watchToken, Map.of());
  }

  private static String mount(SystemRef system, Slot slot) {
    return "auth/" + system.mount(slot);
  }

  private void send(String method, String path, String token, Map<String, ?> body) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(address.resolve("/v1/" + path))
                  .header("X-Vault-Token", token)
                  .method(
                      method,
                      body.isEmpty()
                          ? BodyPublishers.noBody()
                          : BodyPublishers.ofString(json(body)))
                  .build(),
              BodyHandlers.ofString());
      // An empty list and a role that is gone answer 404.
      if (answer.statusCode() >= 400 && answer.statusCode() != 404) {
        throw new IllegalStateException(method + " " + path + ": " + answer.statusCode());
      }
    } catch (IOException e) {
      throw new IllegalStateException("Vault does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String json(Map<String, ?> body) throws JsonProcessingException {
    return GateJson.mapper().writeValueAsString(body);
  }
}
