package io.countersign.activities.adapter.vault;

import io.countersign.activities.port.KeyValueSecrets;
import io.countersign.activities.port.Progress;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.PathPattern;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * Reads the metadata of key-value secrets with the watch identity, whose policy has no right to the
 * secrets themselves. Source: Vault documentation, "KV secrets engine version 2 (API)", sections
 * "Read secret metadata" and "List secrets", and OpenBao's of the same name.
 */
public final class VaultKeyValueSecrets implements KeyValueSecrets {
  private final VaultClient watch;
  private final Clock clock;

  public VaultKeyValueSecrets(VaultSettings settings, VaultIdentity watchAs, Clock clock) {
    this.watch = new VaultClient(settings, watchAs, clock);
    this.clock = clock;
  }

  @Override
  public Optional<Engine> engine(String mount) {
    return watch.readKnown("sys/mounts/" + mount).map(VaultKeyValueSecrets::engine);
  }

  @Override
  public List<Secret> secrets(String mount, PathPattern secrets, Progress progress) {
    KeyValueWalk walk = new KeyValueWalk(watch, mount, progress);
    return walk.matching(secrets, this::secret);
  }

  private static Engine engine(JsonObject data) {
    JsonValue options = data.get("options");
    String version =
        options != null && options.isObject() ? options.asObject().getString("version", "1") : "1";
    String type = data.getString("type", "");
    return new Engine(type, type.equals("kv") ? version : "");
  }

  private Secret secret(String path, JsonObject data) {
    try {
      int current = data.getInt("current_version", 0);
      JsonValue versions = data.get("versions");
      if (current <= 0 || versions == null || !versions.isObject()) {
        return new Secret(path, 0, null, false);
      }
      JsonValue held = versions.asObject().get(Integer.toString(current));
      if (held == null || !held.isObject()) {
        return new Secret(path, current, null, false);
      }
      JsonObject version = held.asObject();
      String deleted = version.getString("deletion_time", "");
      boolean gone =
          version.getBoolean("destroyed", false)
              || !deleted.isEmpty() && !Instant.parse(deleted).isAfter(clock.instant());
      return new Secret(path, current, Instant.parse(version.getString("created_time", "")), !gone);
    } catch (DateTimeParseException | UnsupportedOperationException | NumberFormatException e) {
      throw new GateException(
          FailureType.VAULT_UNAVAILABLE, "the metadata of a secret is not as Vault writes it");
    }
  }
}
