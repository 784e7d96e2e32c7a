package io.countersign.record;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a list of releases, as the record knows it; it outlives the workflow. Information for
 * readers; no decision may rest on it.
 *
 * @param submittedAt when the record first heard of it
 * @param submitter null, as is what follows it, while or because nothing was frozen
 * @param state as last told; null when nothing was told
 * @param completedAt when the release came to its end, if it did
 */
public record ListedRelease(
    ReleaseId release,
    Instant submittedAt,
    @Nullable String submitter,
    @Nullable Digest releaseDigest,
    @Nullable String tier,
    @Nullable String state,
    @Nullable Instant toldAt,
    @Nullable Instant completedAt) {}
