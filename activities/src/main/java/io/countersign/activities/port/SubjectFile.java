package io.countersign.activities.port;

import io.countersign.release.Digest;

/**
 * One file of a subject.
 *
 * @param path below the subject, divided by {@code /}; of a subject that is one file, its name
 * @param size in bytes
 * @param digest of its bytes
 */
public record SubjectFile(String path, long size, Digest digest) {}
