package io.countersign.activities.port;

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

  /** Reads one evidence document of at most {@link #DOCUMENT_LIMIT} bytes. */
  byte[] document(String uri, Progress progress);
}
