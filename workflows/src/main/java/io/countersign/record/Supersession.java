package io.countersign.record;

import io.countersign.release.ReleaseId;
import java.time.Instant;

/** A release that was replaced by a newer live one. */
public record Supersession(ReleaseId superseded, ReleaseId by, Instant at) {}
