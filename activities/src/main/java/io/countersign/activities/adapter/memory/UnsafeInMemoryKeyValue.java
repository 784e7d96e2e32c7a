package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.KeyValueSecrets;
import io.countersign.activities.port.Progress;
import io.countersign.release.PathPattern;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Times of key-value secrets in memory, as they were told: for the unit tier and for tests. */
public final class UnsafeInMemoryKeyValue implements KeyValueSecrets {
  private final Map<String, Engine> engines = new HashMap<>();
  private final Map<String, SortedMap<String, Secret>> secrets = new HashMap<>();

  /** Mounts an engine. */
  public UnsafeInMemoryKeyValue mount(String mount, String type, String version) {
    engines.put(mount, new Engine(type, version));
    return this;
  }

  /** A secret of a mount of version 2, whose only version was made then. */
  public UnsafeInMemoryKeyValue secret(String mount, String path, Instant changedAt) {
    return secret(mount, new Secret(path, 1, changedAt, true));
  }

  public UnsafeInMemoryKeyValue secret(String mount, Secret secret) {
    engines.putIfAbsent(mount, new Engine("kv", "2"));
    secrets.computeIfAbsent(mount, none -> new TreeMap<>()).put(secret.path(), secret);
    return this;
  }

  @Override
  public Optional<Engine> engine(String mount) {
    return Optional.ofNullable(engines.get(mount));
  }

  @Override
  public List<Secret> secrets(String mount, PathPattern pattern, Progress progress) {
    return secrets.getOrDefault(mount, new TreeMap<>()).values().stream()
        .filter(secret -> pattern.matches(secret.path()))
        .toList();
  }
}
