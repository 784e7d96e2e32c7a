package io.countersign.activities.port;

import io.countersign.release.Digest;

/**
 * What was read of a subject.
 *
 * @param bytes in all its files
 * @param files 1 for a file; without directories
 */
public record SubjectDigest(Digest digest, long bytes, int files) {}
