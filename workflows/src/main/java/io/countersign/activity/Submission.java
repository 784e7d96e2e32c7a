package io.countersign.activity;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;

/**
 * What a release is started with.
 *
 * @param releaseDigest as the submitter says; the envelope is what counts
 * @param envelope the signed submission as JSON text (DSSE)
 */
public record Submission(ReleaseId release, Digest releaseDigest, String envelope) {}
