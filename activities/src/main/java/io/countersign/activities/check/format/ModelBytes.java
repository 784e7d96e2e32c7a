package io.countersign.activities.check.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/**
 * One file of a model with its first bytes at hand.
 *
 * @param name the path below the model
 * @param size in bytes
 * @param head the first bytes, at most {@link #HEAD}
 * @param all the bytes from the first on, the head included
 */
record ModelBytes(String name, long size, byte[] head, InputStream all) {
  static final int HEAD = 4096;

  static ModelBytes of(String name, long size, InputStream bytes) throws IOException {
    byte[] head = bytes.readNBytes(HEAD);
    return new ModelBytes(
        name, size, head, new SequenceInputStream(new ByteArrayInputStream(head), bytes));
  }

  /** Whether these bytes are at this place of the head. */
  boolean has(int offset, int... bytes) {
    if (head.length < offset + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((head[offset + i] & 0xFF) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether this ASCII text is at this place of the head. */
  boolean has(int offset, String ascii) {
    return has(offset, ascii.chars().toArray());
  }

  /** The lower-case extensions, the last one first; empty without. */
  boolean named(String... extensions) {
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    for (String extension : extensions) {
      if (lower.endsWith("." + extension)) {
        return true;
      }
    }
    return false;
  }
}
