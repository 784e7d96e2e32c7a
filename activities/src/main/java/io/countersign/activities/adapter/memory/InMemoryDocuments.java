package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.Documents;
import io.countersign.release.Digest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

final class InMemoryDocuments implements Documents {
  private final Map<Digest, byte[]> contents = new HashMap<>();

  @Override
  public synchronized void putDocument(Digest digest, byte[] content) {
    Documents.requireAdmissible(digest, content);
    contents.putIfAbsent(digest, content.clone());
  }

  @Override
  public synchronized Optional<byte[]> document(Digest digest) {
    return Optional.ofNullable(contents.get(digest)).map(byte[]::clone);
  }
}
