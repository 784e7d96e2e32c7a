package io.countersign.worker.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * What a platform team does in Vault before it has a gate: secrets engines, policies, secrets. For
 * local engines only.
 */
final class VaultAdministrator {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ALREADY_THERE = 400;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI address;
  private final SecretText token;

  VaultAdministrator(URI address, SecretText token) {
    this.address = address;
    this.token = token;
  }

  /** Mounts KV version 2 at this path unless it is mounted. */
  void keyValues(String path) {
    int status = put("sys/mounts/" + path, Map.of("type", "kv", "options", Map.of("version", "2")));
    require(status < ALREADY_THERE || status == ALREADY_THERE, "mount " + path);
  }

  void policy(String name, String body) {
    require(put("sys/policies/acl/" + name, Map.of("policy", body)) < ALREADY_THERE, name);
  }

  /** Writes a secret; a mount that was just made takes a moment before it does. */
  void secret(String path, Map<String, String> values) {
    int status = put(path, Map.of("data", values));
    for (int attempt = 0; status >= ALREADY_THERE && attempt < 50; attempt++) {
      status = put(path, Map.of("data", values));
    }
    require(status < ALREADY_THERE, path);
  }

  private int put(String path, Map<String, ?> body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("/v1/" + path))
              .timeout(PATIENCE)
              .header("X-Vault-Token", token.reveal())
              .method("POST", HttpRequest.BodyPublishers.ofString(json(body)))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new GateException(FailureType.VAULT_UNAVAILABLE, "write of " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GateException(FailureType.VAULT_UNAVAILABLE, "write of " + path, e);
    }
  }

  private static String json(Map<String, ?> body) throws JsonProcessingException {
    return JSON.writeValueAsString(body);
  }

  private static void require(boolean done, String what) {
    if (!done) {
      throw new GateException(FailureType.VAULT_UNAVAILABLE, "Vault did not take " + what);
    }
  }
}
