package io.countersign.record;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;

/**
 * One entry of a release's change record, as stored. Append-only: it is never changed or removed.
 * The record computes number, previous and hash when the entry is inserted; whoever relies on them
 * asks {@link EntryHash#holds}.
 *
 * @param seq 1 to n in its release, without gaps
 * @param previous hash of the entry before, {@link EntryHash#NONE} before the first
 * @param hash see {@link EntryHash}
 */
public record Entry(
    ReleaseId release,
    long seq,
    Instant at,
    EntryKind kind,
    String actor,
    EntryKey key,
    JsonDocument body,
    Digest previous,
    Digest hash) {}
