package io.countersign.worker.gate;

import io.countersign.activities.adapter.memory.LocalKeySigner;
import java.security.PublicKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The gate's key, whose newest version signs. */
final class RotatedKey {
  private final List<LocalKeySigner> versions = new CopyOnWriteArrayList<>();

  RotatedKey() {
    rotate();
  }

  void rotate() {
    versions.add(new LocalKeySigner());
  }

  LocalKeySigner newest() {
    return versions.get(versions.size() - 1);
  }

  List<LocalKeySigner> versions() {
    return List.copyOf(versions);
  }

  List<PublicKey> publicKeys() {
    return versions.stream().map(LocalKeySigner::publicKey).toList();
  }
}
