package io.countersign.activities.port;

import java.io.IOException;
import java.io.InputStream;

/**
 * Sees the bytes of a subject's files while they are digested: what it judges are the bytes that
 * the digest is of.
 */
@FunctionalInterface
public interface SubjectReader {
  /** Looks at nothing. */
  SubjectReader NONE = (path, size, bytes) -> {};

  /**
   * One file, once, one after the other, in no order of files.
   *
   * @param path as {@link SubjectFile} has it
   * @param size how many bytes follow
   * @param bytes from the first on, until this returns; what is left is read for the digest, also
   *     when it was closed
   * @throws IOException only what the bytes threw
   */
  void file(String path, long size, InputStream bytes) throws IOException;

  /** For callers who want digests alone. */
  static SubjectReader none() {
    return NONE;
  }
}
