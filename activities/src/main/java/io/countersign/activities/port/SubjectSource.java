package io.countersign.activities.port;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.util.function.Supplier;

/**
 * Reads the bytes of subjects and evidence, from places that the gate trusts and from nowhere else.
 *
 * <p>Every operation may fail with SOURCE_REFUSED, when the URI names nothing that may be read or a
 * limit is exceeded, and with SOURCE_UNAVAILABLE, when the place could not be read or its bytes
 * changed again and again while they were read.
 */
public interface SubjectSource {
  /** Most bytes of one evidence document. */
  int DOCUMENT_LIMIT = 8 * 1024 * 1024;

  /** Digests a file or a directory from its bytes; memory does not grow with them. */
  SubjectDigest digest(String uri, Progress progress);

  /**
   * Digests a subject while a reader sees every byte of it. A source that does not hold a subject
   * as files refuses.
   *
   * @param readers makes one for every attempt: bytes that change while they are read are read
   *     again from the start, and what the reader before saw does not count
   */
  default SubjectListing read(
      String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
    throw new GateException(
        FailureType.SOURCE_REFUSED, "found a subject that is not readable file by file from here");
  }

  /** Reads one evidence document of at most {@link #DOCUMENT_LIMIT} bytes. */
  byte[] document(String uri, Progress progress);
}
