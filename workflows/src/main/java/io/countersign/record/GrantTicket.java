package io.countersign.record;

import io.countersign.grant.Slot;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.UUID;

/**
 * The right to write one role, for as long as the record agrees: it names the grant and its fence,
 * and both are checked when the role is written.
 *
 * @param fence grows with every change of hands; an older fence writes nothing
 */
public record GrantTicket(
    UUID grantId, ReleaseId release, Slot slot, long fence, Instant openedAt, Instant expiresAt) {}
