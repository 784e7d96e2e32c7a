package io.countersign.record;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;

/** The release that serves a system in an environment now. */
public record LiveRelease(ReleaseId release, Digest releaseDigest, Instant liveAt) {}
