package io.countersign.record;

import io.countersign.release.ReleaseId;
import java.time.Instant;

/**
 * One entry of a release's change record, as stored. Append-only: it is never changed or removed.
 *
 * @param seq 1 to n in its release, without gaps
 */
public record Entry(
    ReleaseId release,
    long seq,
    Instant at,
    EntryKind kind,
    String actor,
    EntryKey key,
    JsonDocument body) {}
