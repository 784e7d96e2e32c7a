package io.countersign.record;

import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Asks the record for a slot.
 *
 * @param openedAt the grant's clock begins here
 * @param expiresAt the end that every grant has (invariant I7); after {@code openedAt}
 * @param namespaceId the Temporal namespace whose workflow owns the grant
 * @param runId the run that owns it
 */
public record GrantOrder(
    ReleaseId release,
    GrantRequestKey key,
    Instant openedAt,
    Instant expiresAt,
    String namespaceId,
    String runId) {
  public GrantOrder {
    openedAt = openedAt.truncatedTo(ChronoUnit.MICROS);
    expiresAt = expiresAt.truncatedTo(ChronoUnit.MICROS);
    if (!openedAt.isBefore(expiresAt)) {
      throw new IllegalArgumentException("grant: it must end after it begins");
    }
    if (namespaceId.isBlank() || runId.isBlank()) {
      throw new IllegalArgumentException("grant: namespace and run must not be empty");
    }
  }
}
