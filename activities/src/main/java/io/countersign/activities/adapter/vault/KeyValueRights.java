package io.countersign.activities.adapter.vault;

import io.countersign.policy.StaticSecrets;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The least that shows when key-value secrets were changed: what kind of engine a mount is, the
 * metadata of the paths that are named, and the lists that a wildcard needs. Never a right below
 * {@code data/}; none at all for version 1, where the path of a secret is also the one of its
 * value.
 */
final class KeyValueRights {
  private final SortedMap<String, SortedSet<String>> rights = new TreeMap<>();

  void add(StaticSecrets secrets) {
    if (secrets.version() != 2) {
      return;
    }
    right("sys/mounts/" + secrets.mount(), "read");
    String metadata = secrets.mount() + "/metadata/";
    for (String path : secrets.paths()) {
      right(metadata + path, "read");
      String folder = "";
      for (String name : path.split("/", -1)) {
        if (name.equals("+")) {
          right(metadata + folder, "list");
        }
        folder += name + "/";
      }
      if (path.endsWith("*")) {
        right(metadata + path, "list");
      }
    }
  }

  void stanzas(BiConsumer<String, Set<String>> stanza, Runnable before) {
    if (!rights.isEmpty()) {
      before.run();
    }
    rights.forEach(stanza);
  }

  private void right(String path, String capability) {
    rights.computeIfAbsent(path, none -> new TreeSet<>()).add(capability);
  }
}
