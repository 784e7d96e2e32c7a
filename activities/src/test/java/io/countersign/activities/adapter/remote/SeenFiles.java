package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.SubjectReader;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers what the latest reader of a subject saw. */
final class SeenFiles {
  private final Map<String, Digest> files = new LinkedHashMap<>();
  private int readers;

  SubjectReader reader() {
    readers++;
    files.clear();
    return this::file;
  }

  private void file(String path, long size, InputStream bytes) throws IOException {
    byte[] seen = bytes.readAllBytes();
    if (seen.length != size) {
      throw new IOException("another size than was announced");
    }
    files.put(path, Digest.of(seen));
  }

  Map<String, Digest> files() {
    return files;
  }

  int readers() {
    return readers;
  }
}
